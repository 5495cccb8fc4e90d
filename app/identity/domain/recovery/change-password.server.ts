import { carrierOf, type Client, type SessionActor } from "~/core/actor";
import { db } from "~/core/data/db.server";
import { describeDevice } from "~/core/device.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { raisingVersion } from "~/identity/domain/account/take-back.server";
import { hashPassword, refuseGuessable } from "~/identity/domain/passwords/passwords.server";
import { turnToHash } from "~/identity/domain/passwords/turn-to-hash.server";
import { provePassword } from "~/identity/domain/sign-in/proof.server";
import { endingAccess } from "~/services/access/ending-access.server";
import { recording } from "~/services/audit/audit.server";
import { mailQueued, queueing } from "~/services/mail/outbox.server";
import { permitted } from "~/services/permission/permission.server";

/**
 * Changes the actor's password and ends all other sessions (OWASP ASVS 5.0, 6.2.3 and 7.4.3). Attempts count together
 * with those of sign-in, so an open browser cannot be used to guess the password.
 *
 * @throws {Invalid} if the current password is wrong, or was changed meanwhile, or the new one is easily guessed
 * @throws {SignedOut} if the session is over
 * @throws {RateLimited} when the sign-in limits are reached, or the one on hashing
 */
export async function changePassword(
  actor: SessionActor,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
  client: Client,
): Promise<void> {
  const { email } = await getUser(actor);
  await refuseGuessable(newPassword, email, "newPassword");
  const permission = await provePassword(actor, currentPassword, client, {
    at: "currentPassword",
    failure: "password_change_failed",
  });
  const hash = await hashPassword(newPassword, await turnToHash(actor.userId, client));
  const now = new Date();
  await permitted(permission, () => [
    raisingVersion({ id: actor.userId }),
    ...endingAccess(actor.userId, { except: actor.sessionId }),
    db().password.updateMany({ where: { userId: actor.userId }, data: { hash, updatedAt: now } }),
    recording({ kind: "password_changed", actor, client }),
    ...queueing({
      kind: "password-changed",
      userId: actor.userId,
      to: email,
      detail: {
        device: describeDevice(client.userAgent, carrierOf(actor)),
        address: client.address,
        at: now.toISOString(),
      },
    }),
  ]);
  mailQueued();
}
