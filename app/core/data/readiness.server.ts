import { setTimeout as sleep } from "node:timers/promises";
import { config } from "~/core/settings/config.server";
import { databaseKind, sqlitePath } from "./database-url.server";
import type { Probe } from "./probe";
import { troubleOf, type Trouble } from "./unavailable.server";

/**
 * Whether the database can be read and written. The check uses a connection of its own, so it never waits behind
 * requests. It writes something and undoes it, which detects a full or read-only disk and leaves nothing behind.
 */

/** The check always answers within this time, in milliseconds. */
const withinMs = 1_500;
/** How long an answer is reused, in milliseconds, so that frequent checks slow nobody down. */
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
 * Checks the database. Answers within 1.5 seconds.
 *
 * @param before - the last known trouble
 * @returns the trouble, or null if the database can be used
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

/** How long a lock may be held before it counts as trouble, in milliseconds. */
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
      // Any other error keeps the database from being used too.
      trouble = troubleOf(error) ?? "unreachable";
      if (trouble !== "locked") current.drop();
    }
    if (trouble !== "locked" || performance.now() - began > lockPatienceMs) break;
    await sleep(50);
  }
  last = { at: performance.now(), trouble };
  return trouble;
}

/** Closes the connection, at the end of the process. */
export async function closeReadiness(): Promise<void> {
  const open = await probe;
  probe = undefined;
  last = undefined;
  open?.drop();
}
