import { db, Prisma } from "~/core/data/db.server";
import { registry } from "~/core/registry";
import { deleteInSteps, toTheEnd, type Steps } from "./in-steps.server";

/**
 * What is left of a deleted account: its user's row, without name, address or any way in, and behind it the rows that
 * there may be very many of. Nobody can see them any more; here they go for good.
 */

/** Removes the rows of one feature that are left of an account. */
export type RemovesRemains = (userId: string) => Steps;

export const remainders = registry<RemovesRemains>("what is left of a deleted account");

/** Removes all that is left of an account. */
export async function* removingRemains(userId: string): Steps {
  for (const removing of remainders.all()) yield* removing(userId);
  const where = Prisma.sql`user_id = ${userId}`;
  yield* deleteInSteps(userId, { table: "audit_events", key: "id", where });
  // Whatever was on its way meanwhile goes by cascade.
  await db().user.deleteMany({ where: { id: userId, deletedAt: { not: null } } });
}

/** After so many steps the rest goes on by itself: an account that a person has filled takes fewer. */
const waitedFor = 20;

/** Removes what is left of an account that has just been deleted; of a huge one the rest goes on after the answer. */
export async function removeSoon(userId: string): Promise<void> {
  const steps = removingRemains(userId);
  for (let step = 0; step < waitedFor; step++) if ((await steps.next()).done) return;
  // Should it fail, the next clean-up goes on with it.
  void toTheEnd(steps).catch(() => undefined);
}

/** Removes what is left of every deleted account. */
export async function* removingAllRemains(): Steps {
  const gone = await db().user.findMany({ where: { deletedAt: { not: null } }, select: { id: true } });
  for (const { id } of gone) yield* removingRemains(id);
}
