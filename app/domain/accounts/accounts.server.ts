import { db } from "~/data/db.server";
import type { Actor, Client } from "../actor";
import { mailQueued, queueing } from "../mail/outbox.server";
import { recording } from "../sessions/audit.server";
import { describeDevice } from "../sessions/device.server";
import { deletingOtherSessions, signedOut } from "../sessions/sessions.server";
import type { User } from "./account-schema";
import { droppingEmailChange } from "./email-change-tokens.server";
import { droppingTokens } from "./one-time-tokens.server";
import { hashPassword, refuseGuessable } from "./passwords.server";
import { provePassword } from "./proof.server";

/** The actor's own account: the profile and the password. */

/** Changes the actor's own name. */
export async function updateProfile(actor: Actor, change: { name?: string }, client: Client): Promise<User> {
  if (change.name !== undefined)
    await db().$transaction([
      db().user.updateMany({ where: { id: actor.userId }, data: { name: change.name, updatedAt: new Date() } }),
      recording({ kind: "profile_changed", userId: actor.userId, sessionId: actor.sessionId, client }),
    ]);
  return getUser(actor);
}

/**
 * The actor's own account.
 *
 * @throws {Unauthenticated} if it was deleted
 */
export async function getUser(actor: Pick<Actor, "userId">): Promise<User> {
  const user = await db().user.findUnique({ where: { id: actor.userId } });
  if (!user) throw signedOut();
  const { id, email, name, isActive, createdAt } = user;
  return { id, email, name, isActive, createdAt };
}

/**
 * Changes the actor's password; every other session ends (OWASP ASVS 5.0, 6.2.3 and 7.4.3). Attempts count together
 * with those of sign-in, so an open browser is no place to guess.
 *
 * @throws {Invalid} if the current password is wrong or the new one is one of those that are tried first
 * @throws {RateLimited} when the sign-in limits are reached
 */
export async function changePassword(
  actor: Actor,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
  client: Client,
): Promise<void> {
  const { email } = await getUser(actor);
  await refuseGuessable(newPassword, email, "newPassword");
  await provePassword(actor, currentPassword, client, { at: "currentPassword", failure: "password_change_failed" });
  const hash = await hashPassword(newPassword);
  const now = new Date();
  await db().$transaction([
    db().password.updateMany({ where: { userId: actor.userId }, data: { hash, updatedAt: now } }),
    deletingOtherSessions(actor),
    droppingTokens(actor.userId, "reset-password", "second-factor"),
    ...droppingEmailChange(actor.userId),
    recording({ kind: "password_changed", userId: actor.userId, sessionId: actor.sessionId, client }),
    ...queueing({
      kind: "password-changed",
      userId: actor.userId,
      to: email,
      detail: { device: describeDevice(client.userAgent, actor.via), address: client.address, at: now.toISOString() },
    }),
  ]);
  mailQueued();
}
