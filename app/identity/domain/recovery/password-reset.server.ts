import { db } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Client } from "~/core/actor";
import { Forbidden } from "~/core/errors";
import { countAttempt, isWithin, resetPerAddress, resetPerEmail } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import { askedMailTo, mailIsOn, mailQueued, queueing, queueMail } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { describeDevice } from "~/core/device.server";
import { endingAccess } from "~/services/access/ending-access.server";
import { deadLink, orDeadLink } from "~/identity/domain/account/links.server";
import { peekToken, spendingToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { hashPassword, refuseGuessable } from "~/identity/domain/passwords/passwords.server";
import { raisingVersion } from "~/identity/domain/account/take-back.server";
import { turnToHash } from "~/identity/domain/passwords/turn-to-hash.server";

/** Password resets, for owners who have forgotten their password (OWASP ASVS 5.0, 6.4.3). */

/**
 * Requests a reset link by mail. The single row that this writes is the same for every address; whether there is an
 * account is looked up when the mail is sent. Beyond 3 in ten minutes and 6 in an hour for one address nothing is sent,
 * and the answer stays the same.
 *
 * @param email - trimmed and lower-cased
 * @throws {Forbidden} if this server sends no mail
 * @throws {RateLimited} after 20 in an hour from one network address
 */
export async function askForReset(email: string, client: Client): Promise<void> {
  if (!mailIsOn()) throw new Forbidden("This server sends no mail. Ask whoever runs it to help you in.");
  await countAttempt({ limit: resetPerAddress, subject: subscriberOf(client.address) });
  if (await isWithin({ limit: resetPerEmail, subject: email }, askedMailTo(email)))
    await queueMail({ kind: "reset-password", to: email, detail: { ...client } });
}

/**
 * The account whose password a link would change. A mailed link is valid while the account has that address. A link
 * from the operator was not mailed, and does not prove the address.
 *
 * @returns the account, and whether the link was mailed
 * @throws {NotFound} if the link is not valid (any more)
 */
export async function ownerOfResetLink(secret: string): Promise<{ id: string; email: string; mailed: boolean }> {
  const token = await peekToken("reset-password", secret);
  if (!token?.userId) throw deadLink();
  const mailed = token.email !== null;
  const user = await db().user.findFirst({
    where: { id: token.userId, isActive: true, ...(token.email === null ? {} : { email: token.email }) },
    select: { id: true, email: true },
  });
  if (!user) throw deadLink();
  return { ...user, mailed };
}

const provingAddress = ({ id, email }: { id: string; email: string }, now: Date) =>
  db().user.updateMany({ where: { id, email, emailVerifiedAt: null }, data: { emailVerifiedAt: now } });

/**
 * Spends a link and sets a new password. All sessions end, with everything that a thief of the old password may have
 * started. This signs nobody in: the second factor is still asked for. A mailed link also proves the address.
 *
 * @throws {NotFound} if the link is not valid (any more)
 * @throws {Invalid} if the password is easily guessed; the link stays valid
 * @throws {RateLimited} when the limit on hashing is reached; the link stays valid
 */
export async function resetPassword(secret: string, newPassword: string, client: Client): Promise<void> {
  const user = await ownerOfResetLink(secret);
  await refuseGuessable(newPassword, user.email, "newPassword");
  const hash = await hashPassword(newPassword, await turnToHash(user.id, client));
  const now = new Date();
  const happening = {
    device: describeDevice(client.userAgent, "cookie"),
    address: client.address,
    at: now.toISOString(),
  };
  await orDeadLink(
    transaction(() => [
      raisingVersion({ id: user.id, isActive: true, ...(user.mailed ? { email: user.email } : {}) }),
      spendingToken("reset-password", secret),
      db().password.upsert({
        where: { userId: user.id },
        create: { userId: user.id, hash, updatedAt: now },
        update: { hash, updatedAt: now },
      }),
      ...endingAccess(user.id),
      ...(user.mailed ? [provingAddress(user, now)] : []),
      recording({ kind: "password_reset", userId: user.id, client }),
      ...queueing({ kind: "password-changed", userId: user.id, to: user.email, detail: happening }),
    ]),
  );
  mailQueued();
}
