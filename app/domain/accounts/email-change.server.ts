import { db, isUniqueViolation } from "~/data/db.server";
import type { Actor, Client } from "../actor";
import { Conflict, Invalid, NotFound } from "../errors";
import { countAttempt, emailChangePerAccount, giveBack } from "../limits/limits.server";
import { mailIsOn, mailQueued, queueing } from "../mail/outbox.server";
import { recording } from "../sessions/audit.server";
import { revokingTokens } from "../tokens/personal-tokens.server";
import { getUser } from "./accounts.server";
import { droppingEmailChange } from "./email-change-tokens.server";
import { orDeadLink, requireLink } from "./links.server";
import { droppingTokens, makingToken, spendingToken, tokenLifetimes } from "./one-time-tokens.server";
import { provePassword } from "./proof.server";
import { isReserved } from "./reserved-emails.server";

/**
 * Another address for an account: asked for with the password, confirmed at the new address, told to the old one, which
 * can undo it for seven days (OWASP ASVS 5.0, 6.3.7 and 7.5.1).
 */

/**
 * Asks for another address. Whether it has an account is not told here but, if so, in a mail to it. A server without
 * mail can ask nobody, and changes the address at once.
 *
 * @param input.email - trimmed and lower-cased
 * @returns whether the change was asked for or made
 * @throws {Invalid} if the password is wrong, or the address is the present one
 * @throws {Conflict} if the address is taken; only on a server without mail
 * @throws {RateLimited} when the limits of sign-in are reached, or after 5 requests in an hour
 */
export async function requestEmailChange(
  actor: Actor,
  input: { email: string; password: string },
  client: Client,
): Promise<"asked" | "changed"> {
  // Counted before anything is done: a password that is not right, and an address that is no other, are no change.
  const counter = { limit: emailChangePerAccount, subject: actor.userId };
  await countAttempt(counter);
  try {
    await provePassword(actor, input.password, client);
    const { email } = await getUser(actor);
    if (input.email === email) throw new Invalid([{ path: ["email"], message: "This is your address already" }]);
  } catch (error) {
    await giveBack(counter);
    throw error;
  }
  const who = { userId: actor.userId, sessionId: actor.sessionId, client };
  if (!mailIsOn()) {
    await changeAtOnce(actor, input.email, client);
    return "changed";
  }
  await db().$transaction([
    ...droppingEmailChange(actor.userId),
    recording({ kind: "email_change_requested", ...who, detail: input.email }),
    ...queueing({ kind: "confirm-new-email", userId: actor.userId, to: input.email, detail: {} }),
  ]);
  mailQueued();
  return "asked";
}

async function changeAtOnce({ userId, sessionId }: Actor, email: string, client: Client): Promise<void> {
  const taken = () => new Conflict("email", "Email already registered");
  if (await isReserved(email, userId)) throw taken();
  try {
    await db().$transaction([
      db().user.updateMany({ where: { id: userId }, data: { email, emailVerifiedAt: null, updatedAt: new Date() } }),
      droppingTokens(userId, "reset-password", "verify-email"),
      recording({ kind: "email_changed", userId, sessionId, client, detail: email }),
    ]);
  } catch (error) {
    throw isUniqueViolation(error) ? taken() : error;
  }
}

const takenByNow = () => new NotFound("By now this address belongs to another account.");

/**
 * Spends the link that was sent to the new address: it is the account's from now on. The old one is kept for its owner
 * for seven days, and is told how to undo the change.
 *
 * @throws {NotFound} if the link is not good (any more), or the address has been taken meanwhile
 */
export async function confirmEmailChange(secret: string, client: Client, now = new Date()): Promise<void> {
  const { userId, email } = await requireLink("change-email", secret, now);
  if (await isReserved(email, userId, now)) throw takenByNow();
  const old = (await getUser({ userId })).email;
  // Nobody is told this secret: the row keeps the address. The link is made when the mail leaves, and ends with it.
  const reservation = makingToken("undo-email", { userId, email: old }, now);
  await orTaken(
    db().$transaction([
      spendingToken("change-email", secret, now),
      db().user.update({
        where: { id: userId, email: old, isActive: true },
        data: { email, emailVerifiedAt: now, updatedAt: now },
        select: { id: true },
      }),
      reservation.statement,
      droppingTokens(userId, "reset-password", "verify-email"),
      ...droppingEmailChange(userId),
      recording({ kind: "email_changed", userId, client, detail: email }),
      ...queueing({ kind: "email-changed", userId, to: old, detail: { newEmail: email } }, now),
    ]),
  );
  mailQueued();
}

/**
 * Spends the link that was sent to the old address: it is the account's again. Whoever changed it is taken to be a
 * stranger: every session and token ends, and whatever the stranger has begun or added since: passkeys, two-step sign-in,
 * backup codes. An undo of an earlier change stays good, one of a
 * later change does not.
 *
 * @throws {NotFound} if the link is not good (any more), or the address has been taken meanwhile
 */
export async function undoEmailChange(secret: string, client: Client, now = new Date()): Promise<void> {
  const { userId, email, expiresAt } = await requireLink("undo-email", secret, now);
  const changedAt = new Date(expiresAt.getTime() - tokenLifetimes["undo-email"]);
  await orTaken(
    db().$transaction([
      spendingToken("undo-email", secret, now),
      db().user.update({
        where: { id: userId },
        data: { email, emailVerifiedAt: now, updatedAt: now },
        select: { id: true },
      }),
      db().session.deleteMany({ where: { userId } }),
      revokingTokens(userId),
      // The stranger knew the password. Until the owner has set another by a reset, none is right.
      db().password.deleteMany({ where: { userId } }),
      // Ways in that were added since the change are the stranger's.
      db().passkey.deleteMany({ where: { userId, createdAt: { gte: changedAt } } }),
      db().totpFactor.deleteMany({ where: { userId, confirmedAt: { gte: changedAt } } }),
      db().backupCode.deleteMany({ where: { userId, createdAt: { gte: changedAt } } }),
      db().oneTimeToken.deleteMany({ where: { userId, purpose: "undo-email", expiresAt: { gte: expiresAt } } }),
      db().outboxMessage.deleteMany({ where: { userId, kind: "email-changed", createdAt: { gte: changedAt } } }),
      droppingTokens(userId, "reset-password", "verify-email", "second-factor", "passkey-registration"),
      ...droppingEmailChange(userId),
      recording({ kind: "email_change_undone", userId, client, detail: email }),
    ]),
  );
}

async function orTaken(transaction: Promise<unknown>): Promise<void> {
  try {
    await orDeadLink(transaction);
  } catch (error) {
    throw isUniqueViolation(error) ? takenByNow() : error;
  }
}
