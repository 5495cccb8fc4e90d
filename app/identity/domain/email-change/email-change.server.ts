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
 * Changes the address of an account. The change is requested with the password and confirmed at the new address. The
 * old address, if it was confirmed, gets a notice and can undo the change for seven days (OWASP ASVS 5.0, 6.3.7 and
 * 7.5.1).
 */

/**
 * Requests a change of the address. If the new address has an account, only a mail to it says so, not the answer. A
 * server without mail cannot ask for a confirmation, and changes the address at once.
 *
 * @param input.email - trimmed and lower-cased
 * @returns whether the change was requested or made
 * @throws {Invalid} if the password is wrong, or the address is the present one
 * @throws {Conflict} if the address is taken; only on a server without mail
 * @throws {RateLimited} when the limits of sign-in are reached, or after 5 requests in an hour
 */
export async function requestEmailChange(
  actor: SessionActor,
  input: { email: string; password: string },
  client: Client,
): Promise<"asked" | "changed"> {
  // Counted first, and given back if the password is wrong or the address is the present one.
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
  // Beyond the limit the answer stays the same, because others may have requested mail to that address.
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
 * Spends the link that was sent to the new address, which becomes the account's. The old address is reserved for its
 * owner for seven days, and gets a notice with a link to undo the change. An old address that was never confirmed has
 * no known owner, and is free at once.
 *
 * @throws {NotFound} if the link is not valid (any more), or the address has been taken meanwhile
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

/** The statements that reserve an address for the account that gives it up, and mail its owner a link to undo that. */
const keepingAddress = (userId: string, { old, email }: { old: string; email: string }, now: Date) => [
  // This secret is never sent; its row reserves the address. The link in the mail is made when the mail is sent, and
  // expires at the same time.
  makingToken("undo-email", { userId, email: old }, now).storing(),
  ...queueing({ kind: "email-changed", userId, to: old, detail: { newEmail: email } }, now),
];

/**
 * Spends the link that was sent to the old address, which becomes the account's again. Whoever changed it counts as a
 * stranger: all sessions and tokens end, and everything that was added since the change is removed: passkeys, two-step
 * sign-in, backup codes. Links to undo an earlier change stay valid, those to undo a later one do not.
 *
 * @throws {NotFound} if the link is not valid (any more), or the address has been taken meanwhile
 */
export async function undoEmailChange(secret: string, client: Client, now = new Date()): Promise<void> {
  const { userId, email, expiresAt } = await requireLink("undo-email", secret, now);
  const changedAt = new Date(expiresAt.getTime() - tokenLifetimes["undo-email"]);
  await orTaken(
    transaction(() => [
      raisingVersion({ id: userId }, { email, emailVerifiedAt: now, updatedAt: now }),
      spendingToken("undo-email", secret, now),
      // Removes what the stranger added since the change.
      ...endingAccess(userId, { since: changedAt }),
      // The stranger knew the password. There is none until the owner sets a new one by a reset.
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
