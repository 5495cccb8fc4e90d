import { db, isUniqueViolation } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Client, SessionActor } from "~/core/actor";
import { Conflict, Invalid, NotFound } from "~/core/errors";
import { countAttempt, emailChangePerAccount, giveBack, isWithin } from "~/services/limits/limits.server";
import { askedMailTo, mailIsOn, mailQueued, queueing } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { permitted, type Permission } from "~/services/permission/permission.server";
import { endingAccess } from "~/services/access/ending-access.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { droppingEmailChange } from "./email-change-tokens.server";
import { deadLink, orDeadLink, requireLink } from "~/identity/domain/account/links.server";
import {
  droppingTokens,
  makingToken,
  spendingToken,
  tokenLifetimes,
} from "~/services/one-time-tokens/one-time-tokens.server";
import { provePassword } from "~/identity/domain/sign-in/proof.server";
import { isReserved } from "~/identity/domain/account/reserved-emails.server";
import { raisingVersion } from "~/identity/domain/account/take-back.server";

/**
 * Another address for an account: asked for with the password, confirmed at the new address, told to the old one if
 * that was confirmed too, which can undo it for seven days (OWASP ASVS 5.0, 6.3.7 and 7.5.1).
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
  actor: SessionActor,
  input: { email: string; password: string },
  client: Client,
): Promise<"asked" | "changed"> {
  // Counted before anything is done: a password that is not right, and an address that is no other, are no change.
  const counter = { limit: emailChangePerAccount, subject: actor.userId };
  await countAttempt(counter);
  let permission: Permission;
  try {
    permission = await provePassword(actor, input.password, client);
    const { email } = await getUser(actor);
    if (input.email === email) throw new Invalid([{ path: ["email"], message: "This is your address already" }]);
  } catch (error) {
    await giveBack(counter);
    throw error;
  }
  if (!mailIsOn()) {
    await changeAtOnce(actor, permission, input.email, client);
    return "changed";
  }
  // Nothing is said of it beyond the limit: others may have asked for mail to that address.
  const mayBeSent = await isWithin(askedMailTo(input.email));
  await permitted(permission, () => [
    ...droppingEmailChange(actor.userId),
    recording({ kind: "email_change_requested", actor, client, detail: input.email }),
    ...(mayBeSent ? queueing({ kind: "confirm-new-email", userId: actor.userId, to: input.email, detail: {} }) : []),
  ]);
  mailQueued();
  return "asked";
}

async function changeAtOnce(actor: SessionActor, permission: Permission, email: string, client: Client): Promise<void> {
  const { userId } = actor;
  const taken = () => new Conflict("email", "Email already registered");
  if (await isReserved(email, userId)) throw taken();
  try {
    await permitted(permission, () => [
      db().user.updateMany({ where: { id: userId }, data: { email, emailVerifiedAt: null, updatedAt: new Date() } }),
      droppingTokens(userId, "reset-password", "verify-email"),
      recording({ kind: "email_changed", actor, client, detail: email }),
    ]);
  } catch (error) {
    throw isUniqueViolation(error) ? taken() : error;
  }
}

const takenByNow = () => new NotFound("By now this address belongs to another account.");

/**
 * Spends the link that was sent to the new address: it is the account's from now on. The old one is kept for its owner
 * for seven days, and is told how to undo the change; one that was never confirmed has no known owner, and is free at once.
 *
 * @throws {NotFound} if the link is not good (any more), or the address has been taken meanwhile
 */
export async function confirmEmailChange(secret: string, client: Client, now = new Date()): Promise<void> {
  const { userId, email } = await requireLink("change-email", secret, now);
  if (await isReserved(email, userId, now)) throw takenByNow();
  const old = await db().user.findUnique({ where: { id: userId }, select: { email: true, emailVerifiedAt: true } });
  if (!old) throw deadLink();
  await orTaken(
    transaction(() => [
      db().user.update({
        where: { id: userId, isActive: true, ...old },
        data: { email, emailVerifiedAt: now, updatedAt: now },
        select: { id: true },
      }),
      spendingToken("change-email", secret, now),
      droppingTokens(userId, "reset-password", "verify-email"),
      ...droppingEmailChange(userId),
      recording({ kind: "email_changed", userId, client, detail: email }),
      ...(old.emailVerifiedAt ? keepingAddress(userId, { old: old.email, email }, now) : []),
    ]),
  );
  mailQueued();
}

/** The statements that keep an address for the account that leaves it, and tell its owner how to undo that. */
const keepingAddress = (userId: string, { old, email }: { old: string; email: string }, now: Date) => [
  // Nobody is told this secret: the row keeps the address. The link is made when the mail leaves, and ends with it.
  makingToken("undo-email", { userId, email: old }, now).storing(),
  ...queueing({ kind: "email-changed", userId, to: old, detail: { newEmail: email } }, now),
];

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
    transaction(() => [
      raisingVersion({ id: userId }, { email, emailVerifiedAt: now, updatedAt: now }),
      spendingToken("undo-email", secret, now),
      // Ways in that were added since the change are the stranger's.
      ...endingAccess(userId, { since: changedAt }),
      // The stranger knew the password. Until the owner has set another by a reset, none is right.
      db().password.deleteMany({ where: { userId } }),
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
