import { db } from "~/core/data/db.server";
import type { Actor, Client, User } from "~/core/actor";
import { recording } from "~/services/audit/audit.server";
import { bySession, permitted, signedOut } from "~/services/permission/permission.server";

/** The actor's own account. */

/**
 * Changes the actor's own name.
 *
 * @throws {SignedOut} if the session is over
 */
export async function updateProfile(actor: Actor, change: { name?: string }, client: Client): Promise<User> {
  if (change.name !== undefined)
    await permitted(bySession(actor), () => [
      db().user.updateMany({ where: { id: actor.userId }, data: { name: change.name, updatedAt: new Date() } }),
      recording({ kind: "profile_changed", actor, client }),
    ]);
  return getUser(actor);
}

/**
 * The actor's own account.
 *
 * @throws {SignedOut} if it was deleted
 */
export async function getUser(actor: Pick<Actor, "userId">): Promise<User> {
  const user = await db().user.findUnique({ where: { id: actor.userId } });
  if (!user) throw signedOut();
  const { id, email, name, isActive, createdAt } = user;
  return { id, email, name, isActive, createdAt };
}

/** The address of an account, to show in its owner's browser; null if the account is gone. */
export async function emailOf(userId: string): Promise<string | null> {
  const user = await db().user.findUnique({ where: { id: userId }, select: { email: true } });
  return user?.email ?? null;
}
