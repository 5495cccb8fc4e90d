import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Actor, Client, User } from "~/core/actor";
import { Forbidden, Invalid, RateLimited } from "~/core/errors";
import { countAttempt, giveBack, settling, verificationPerAccount } from "~/services/limits/limits.server";
import { askedMailTo, mailIsOn, mailQueued, queueing } from "~/services/mail/outbox.server";
import { record, recording } from "~/services/audit/audit.server";
import { byProof, bySession, permitted, signedOut, type Permission } from "~/services/permission/permission.server";
import {
  attemptCounters,
  countPasswordAttempt,
  findPassword,
  verifyOrGiveBack,
  type AttemptCounters,
} from "~/identity/domain/passwords/attempts.server";
import { orDeadLink, requireLink } from "~/identity/domain/account/links.server";
import { droppingTokens, spendingToken } from "~/services/one-time-tokens/one-time-tokens.server";

/** Proof that a person owns an address: a link in a mail (OWASP ASVS 5.0, 6.4.1). */

/** Whether this server requires or offers the confirmation of addresses. */
export const verificationIsOn = (): boolean => config().emailVerification !== "off" && mailIsOn();

/** Whether everybody must confirm their address before signing in. */
export const verificationIsRequired = (): boolean => verificationIsOn() && config().emailVerification === "required";

/** Whether the actor's address has been confirmed. */
export async function isEmailVerified(actor: Actor): Promise<boolean> {
  const verified = await db().user.count({ where: { id: actor.userId, emailVerifiedAt: { not: null } } });
  return verified === 1;
}

/**
 * Sends the actor a new link. Older links stay valid until they expire.
 *
 * @throws {RateLimited} after 3 in an hour
 * @throws {SignedOut} if the session is over
 */
export async function resendVerification(actor: Actor): Promise<void> {
  const user = await db().user.findUnique({ where: { id: actor.userId }, select: { id: true, email: true } });
  if (!user) throw signedOut();
  await sendLink(user, bySession(actor));
}

async function sendLink({ id, email }: Pick<User, "id" | "email">, permission: Permission): Promise<void> {
  await countAttempt({ limit: verificationPerAccount, subject: id }, askedMailTo(email));
  await permitted(permission, () => queueing({ kind: "verify-email", userId: id, to: email, detail: {} }));
  mailQueued();
}

/**
 * Spends a link, which proves that the address belongs to its owner. Where addresses must be confirmed before signing
 * in, the password is needed too: a stranger may have created the account with a password of their own, and wait for
 * the owner to confirm it.
 *
 * @param password - the account's, where confirming is required
 * @throws {NotFound} if the link is not valid any more, or the account has another address by now
 * @throws {Invalid} if the password is required and wrong; the link stays valid
 * @throws {RateLimited} when the sign-in limits are reached
 */
export async function verifyEmail(secret: string, password: string, client: Client, now = new Date()): Promise<void> {
  const { userId, email } = await requireLink("verify-email", secret, now);
  const proof = verificationIsRequired() ? await provingPassword({ userId, email }, password, client) : null;
  const verifying = () => [
    db().user.update({
      where: { id: userId, email, isActive: true },
      data: { emailVerifiedAt: now, updatedAt: now },
      select: { id: true },
    }),
    spendingToken("verify-email", secret, now),
    droppingTokens(userId, "verify-email"),
    recording({ kind: "email_verified", userId, client, detail: email }),
  ];
  await orDeadLink(
    proof ? permitted(proof.permission, () => [...verifying(), proof.settling()]) : transaction(verifying),
  );
}

async function provingPassword({ userId, email }: { userId: string; email: string }, password: string, client: Client) {
  const counters = attemptCounters(email, client);
  const turn = await countPasswordAttempt(counters, client);
  const stored = await findPassword(userId);
  const wrong = () =>
    new Invalid([
      { path: ["password"], message: "That is not this account's password. If you did not choose it, reset it." },
    ]);
  if (!stored || !(await verifyOrGiveBack(stored.hash, password, counters, turn))) {
    await record({ kind: "proof_failed", userId, client });
    throw wrong();
  }
  return {
    permission: byProof({ userId, accessVersion: stored.accessVersion }, wrong),
    settling: () => settling({ forgotten: counters.account, givenBack: counters.address }),
  };
}

/**
 * Refuses an account whose address must be confirmed first, and sends a new link. Every way to sign in calls this at
 * its end: only after a correct proof, because the answer reveals that the account exists.
 *
 * @param permission - the proof, which must hold for the link to be sent
 * @param counters - the counters of the attempt, which is given back because it was correct
 * @throws {Forbidden} with the code `email-not-verified`
 */
export async function refuseUnverified(
  user: Pick<User, "id" | "email">,
  permission: Permission,
  counters?: AttemptCounters,
): Promise<void> {
  if (!verificationIsRequired()) return;
  const verified = await db().user.count({ where: { id: user.id, emailVerifiedAt: { not: null } } });
  if (verified === 1) return;
  if (counters) await giveBack(counters.account, counters.address);
  const refuse = (sentence: string) =>
    new Forbidden(`Confirm your email address first. ${sentence}`, "email-not-verified");
  try {
    await sendLink(user, permission);
  } catch (error) {
    throw error instanceof RateLimited ? refuse("Follow the link in the mail that we sent you.") : error;
  }
  throw refuse("We have sent you a new link.");
}
