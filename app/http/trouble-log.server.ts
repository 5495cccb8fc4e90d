import type { Trouble } from "~/data/unavailable.server";
import { log } from "./log.server";

/** One line a minute says that the database cannot be used, however many requests find out. */
const everyMs = 60_000;
/** So long without a further failure, and the trouble counts as over. */
const quietMs = 10_000;

let since: number | undefined;
let saidAt = 0;
let failures = 0;
let over: NodeJS.Timeout | undefined;

/**
 * Takes note that a request found the database unusable, and says so in the log, once a minute.
 *
 * @param trouble - what is the matter
 */
export function noteTrouble(trouble: Trouble): void {
  const now = performance.now();
  since ??= now;
  failures += 1;
  clearTimeout(over);
  over = setTimeout(sayOver, quietMs).unref();
  if (saidAt && now - saidAt < everyMs) return;
  saidAt = now;
  log().error({ trouble, failures }, "the database cannot be used; requests are answered 503");
}

function sayOver(): void {
  const seconds = Math.round((performance.now() - quietMs - (since ?? 0)) / 1000);
  log().info({ failures, seconds }, "the database can be used again");
  since = undefined;
  saidAt = 0;
  failures = 0;
}
