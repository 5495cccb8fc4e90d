import { db, Prisma } from "~/core/data/db.server";
import { registry } from "~/core/registry";
import { deleteInSteps, toTheEnd, type Steps } from "./in-steps.server";

/**
 * Removes what is left of a deleted account: its user row, without name, address or any way in, and the rows of which
 * there may be very many. Nobody can see them any more; here they are deleted.
 */

/** Removes a feature's remaining rows of an account. */
export type RemovesRemains = (userId: string) => Steps;

export const remainders = registry<RemovesRemains>("what is left of a deleted account");

/** Removes everything that is left of an account. */
export async function* removingRemains(userId: string): Steps {
  for (const removing of remainders.all()) yield* removing(userId);
  const where = Prisma.sql`user_id = ${userId}`;
  yield* deleteInSteps(userId, { table: "audit_events", key: "id", where });
  // The cascade deletes rows that were written meanwhile.
  await db().user.deleteMany({ where: { id: userId, deletedAt: { not: null } } });
}

/** After this many steps the rest continues in the background. An account filled by a person takes fewer. */
const waitedFor = 20;

/**
 * Removes what is left of an account that was just deleted. For a huge account, the rest continues after the answer.
 */
export async function removeSoon(userId: string): Promise<void> {
  const steps = removingRemains(userId);
  for (let step = 0; step < waitedFor; step++) if ((await steps.next()).done) return;
  // If this fails, the next clean-up continues.
  void toTheEnd(steps).catch(() => undefined);
}

/** Removes what is left of every deleted account. */
export async function* removingAllRemains(): Steps {
  const gone = await db().user.findMany({ where: { deletedAt: { not: null } }, select: { id: true } });
  for (const { id } of gone) yield* removingRemains(id);
}
