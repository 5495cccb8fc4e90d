import { setTimeout as sleep } from "node:timers/promises";
import { db, Prisma } from "~/core/data/db.server";
import { registry } from "~/core/registry";
import { deleteInSteps, toTheEnd, type Steps } from "./in-steps.server";
import { removingAllRemains } from "./remains.server";

/** The name under which the clean-up takes turns with the accounts' own work. */
export const upkeepTurn = "upkeep";

/** Removes a feature's expired rows. */
export type RemovesExpired = (now: Date) => Steps;

export const expiries = registry<RemovesExpired>("what no longer counts");

/** The services' tables with expiring rows: the table, its key, and the indexed column of the expiry. */
const passing = [
  ["rate_limits", "key", "resets_at"],
  ["one_time_tokens", "hash", "expires_at"],
  ["form_submissions", "id", "expires_at"],
] as const;

/**
 * Removes what is no longer needed, step by step: what is left of deleted accounts, what features have registered
 * (ended sessions, expired tokens), counters whose window is over, unused links, form submissions, and events that were
 * being written while their account was deleted.
 */
export async function* removingExpired(now = new Date()): Steps {
  yield* removingAllRemains();
  for (const removing of expiries.all()) yield* removing(now);
  const over = (end: string) => Prisma.sql`${Prisma.raw(end)} <= ${now}`;
  for (const [table, key, end] of passing) yield* deleteInSteps(upkeepTurn, { table, key, where: over(end) });
  yield* removingEventsOfNobody();
}

/** Runs all steps of `removingExpired`. */
export const removeExpired = (now?: Date): Promise<void> => toTheEnd(removingExpired(now));

/** How many accounts are checked at a time, and the pause after them, in milliseconds. */
const accountsAtOnce = 50;
const pauseMs = 5;

/** Moves from account to account by the index, so its cost does not depend on the number of events. */
async function* removingEventsOfNobody(): Steps {
  for (let last = ""; ;) {
    const accounts = await db().$queryRaw<{ userId: string; known: boolean | bigint | number }[]>`
      SELECT user_id AS "userId", EXISTS (SELECT 1 FROM users WHERE users.id = named.user_id) AS known FROM (
        WITH RECURSIVE named(user_id) AS (
          SELECT MIN(user_id) FROM audit_events WHERE user_id > ${last}
          UNION ALL
          SELECT (SELECT MIN(user_id) FROM audit_events WHERE user_id > named.user_id) FROM named
          WHERE named.user_id IS NOT NULL)
        SELECT user_id FROM named WHERE user_id IS NOT NULL LIMIT ${accountsAtOnce}) named`;
    yield;
    for (const { userId, known } of accounts)
      if (!Number(known))
        yield* deleteInSteps(upkeepTurn, { table: "audit_events", key: "id", where: Prisma.sql`user_id = ${userId}` });
    const end = accounts.at(-1);
    if (!end) return;
    last = end.userId;
    await sleep(pauseMs);
  }
}
