import { setTimeout as sleep } from "node:timers/promises";
import { config } from "~/core/settings/config.server";
import { databaseKind, sqlitePath } from "./database-url.server";
import type { Probe } from "./probe";
import { troubleOf, type Trouble } from "./unavailable.server";

/**
 * Can the database be read and written just now? Asked on a connection of its own, never behind those who wait for one
 * of the others, and by a write that is undone, so that a full or read-only disk is found and nothing is worn.
 */

/** The answer, within this many milliseconds whatever happens. */
const withinMs = 1_500;
/** An answer is good for so long, in milliseconds: whoever asks in a loop slows nobody down. */
const freshMs = 200;

let probe: Promise<Probe> | undefined;
let checking: Promise<Trouble | null> | undefined;
let last: { at: number; trouble: Trouble | null } | undefined;

async function connectProbe(): Promise<Probe> {
  const { databaseUrl } = config();
  if (databaseKind(databaseUrl) === "postgresql")
    return (await import("~/core/data/postgresql/postgres-probe.server")).postgresProbe(databaseUrl, withinMs);
  return (await import("~/core/data/sqlite/sqlite-probe.server")).sqliteProbe(sqlitePath(databaseUrl));
}

/**
 * Is something the matter with the database? Answers within 1.5 seconds.
 *
 * @param before - what was the matter last, as far as the caller knows
 * @returns what is the matter, or null
 */
export async function findTrouble(before: Trouble | null = null): Promise<Trouble | null> {
  if (last && performance.now() - last.at < freshMs) return last.trouble;
  checking ??= check(before === "disk full" || before === "disk error").finally(() => (checking = undefined));
  const late = new AbortController();
  const answer = await Promise.race([
    checking,
    sleep(withinMs, "too slow" as const, { signal: late.signal }).catch(() => "too slow" as const),
  ]);
  late.abort();
  return answer;
}

/** A lock that is held for a moment is no trouble; one that is held on is. */
const lockPatienceMs = 1_000;

async function check(thorough: boolean): Promise<Trouble | null> {
  const began = performance.now();
  let trouble: Trouble | null = null;
  for (;;) {
    const current = await (probe ??= connectProbe());
    try {
      await current.check(thorough);
      trouble = null;
    } catch (error) {
      // Whatever else it may be, it keeps the database from being used.
      trouble = troubleOf(error) ?? "unreachable";
      if (trouble !== "locked") current.drop();
    }
    if (trouble !== "locked" || performance.now() - began > lockPatienceMs) break;
    await sleep(50);
  }
  last = { at: performance.now(), trouble };
  return trouble;
}

/** Gives the connection up, at the end of the process. */
export async function closeReadiness(): Promise<void> {
  const open = await probe;
  probe = undefined;
  last = undefined;
  open?.drop();
}
