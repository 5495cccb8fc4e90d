import { withDeadline } from "~/core/data/deadline.server";
import { findTrouble } from "~/core/data/readiness.server";
import type { Trouble } from "~/core/data/unavailable.server";
import { log } from "./log.server";

/** The log says at most once a minute that the database cannot be used, however many requests fail. */
const everyMs = 60_000;
/** How long after the last failure the database is checked again. */
const quietMs = 5_000;

let current: Trouble | null = null;
let since = 0;
let saidAt: number | undefined;
let failures = 0;
let lookingAgain: NodeJS.Timeout | undefined;

/** The known problem with the database; null if there is none. */
export const currentTrouble = (): Trouble | null => current;

/**
 * Records that a request could not use the database, and logs it at most once a minute.
 *
 * @param trouble - the problem with the database
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
  // The check must not run under the deadline of the request that failed.
  lookingAgain = setTimeout(() => void withDeadline(null, lookAgain), quietMs).unref();
  if (saidAt !== undefined && now - saidAt < everyMs) return;
  saidAt = now;
  log().error({ trouble, failures }, "the database cannot be used: requests that need it are answered 503");
}

/** Logs that the problem is over, once no request has failed for a while and the database can be read and written. */
async function lookAgain(): Promise<void> {
  const before = failures;
  const trouble = await findTrouble(current);
  // Another request failed meanwhile, and has scheduled the next check.
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
