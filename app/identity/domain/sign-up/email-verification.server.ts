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

/** Proof that an address is its owner's: a link in a mail (OWASP ASVS 5.0, 6.4.1). */

/** Does this server ask for it, or at least offer it? */
export const verificationIsOn = (): boolean => config().emailVerification !== "off" && mailIsOn();

/** Is it asked of everybody before they sign in? */
export const verificationIsRequired = (): boolean => verificationIsOn() && config().emailVerification === "required";

/** Has the actor's address been confirmed? */
export async function isEmailVerified(actor: Actor): Promise<boolean> {
  const verified = await db().user.count({ where: { id: actor.userId, emailVerifiedAt: { not: null } } });
  return verified === 1;
}

/**
 * Sends the actor a new link. Older ones stay good until they end.
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
 * Spends a link: the address that it was sent to is its owner's. Where nobody signs in without, the link alone is not
 * enough: somebody else may have made the account, with a password of theirs, and waits for the owner to confirm it.
 *
 * @param password - the account's, where confirming is required
 * @throws {NotFound} if the link is not good any more, or the account has another address by now
 * @throws {Invalid} if the password is asked for and is not the account's; the link stays good
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
 * For the end of every way to sign in: turns an account away whose address is not confirmed, where that is required, and
 * sends a new link. Ask only once the proof was right, since the answer tells that there is an account.
 *
 * @param permission - the proof, which must hold for the link to be sent
 * @param counters - what the attempt was counted by; it was no guess, so it is given back
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
