import { withDeadline } from "~/core/data/deadline.server";
import { findTrouble } from "~/core/data/readiness.server";
import type { Trouble } from "~/core/data/unavailable.server";
import { log } from "./log.server";

/** One line a minute says that the database cannot be used, however many requests find out. */
const everyMs = 60_000;
/** So long after the last failure it is looked whether the trouble is over. */
const quietMs = 5_000;

let current: Trouble | null = null;
let since = 0;
let saidAt: number | undefined;
let failures = 0;
let lookingAgain: NodeJS.Timeout | undefined;

/** What is the matter with the database, as far as is known; null if nothing is. */
export const currentTrouble = (): Trouble | null => current;

/**
 * Takes note that somebody found the database unusable, and says so in the log, once a minute.
 *
 * @param trouble - what is the matter
 */
export function noteTrouble(trouble: Trouble): void {
  failures += 1;
  say(trouble);
}

function say(trouble: Trouble): void {
  const now = performance.now();
  if (!current) since = now;
  current = trouble;
  clearTimeout(lookingAgain);
  // Not within the deadline of the request that failed.
  lookingAgain = setTimeout(() => void withDeadline(null, lookAgain), quietMs).unref();
  if (saidAt !== undefined && now - saidAt < everyMs) return;
  saidAt = now;
  log().error({ trouble, failures }, "the database cannot be used: requests that need it are answered 503");
}

/** Says when it is over: nobody has failed for a while, and the database can be read and written. */
async function lookAgain(): Promise<void> {
  const before = failures;
  const trouble = await findTrouble(current);
  // Somebody failed meanwhile, and has set the clock anew.
  if (failures !== before || !current) return;
  if (trouble) {
    say(trouble);
    return;
  }
  const seconds = Math.round((performance.now() - since) / 1000);
  log().info({ failures, seconds }, "the database can be used again");
  current = null;
  saidAt = undefined;
  failures = 0;
}
