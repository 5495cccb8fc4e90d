import { db } from "~/core/data/db.server";
import type { Caller, Client, SessionActor } from "~/core/actor";
import { Invalid } from "~/core/errors";
import { settling } from "~/services/limits/limits.server";
import { record, type AuditKind } from "~/services/audit/audit.server";
import { bySession, permitted, signedOut, type Permission } from "~/services/permission/permission.server";
import {
  attemptCounters,
  countPasswordAttempt,
  findPassword,
  verifyOrGiveBack,
} from "~/identity/domain/passwords/attempts.server";
import { messageFor, passSecondFactor } from "~/identity/domain/factors/factor.server";

/**
 * Proof that the person at the screen is the account's owner, and not somebody at a browser that was left open (OWASP
 * ASVS 5.0, 7.5.2 and 7.5.3). A sign-in counts as proof. After ten minutes it must be given again.
 */
const proofLifetime = 10 * 60 * 1000;

/** Whether the caller's last proof is recent enough for a sensitive change. */
export const isProofFresh = ({ provenAt }: Pick<Caller, "provenAt">, now = new Date()): boolean =>
  provenAt !== null && now.getTime() - provenAt.getTime() < proofLifetime;

/**
 * Checks the actor's password once more. Attempts count together with those of sign-in, so an open browser cannot be
 * used to guess it.
 *
 * @param at - the field of the password, for the message
 * @param failure - the kind of event that records a wrong password
 * @returns the permission for what the proof is for: it holds while the account has this password and the session is
 * open
 * @throws {Invalid} if it is wrong
 * @throws {SignedOut} if the session is over, or the account was deleted
 * @throws {RateLimited} when the sign-in limits are reached
 */
export async function provePassword(
  actor: SessionActor,
  password: string,
  client: Client,
  { at = "password", failure = "proof_failed" }: { at?: string; failure?: AuditKind } = {},
): Promise<Permission> {
  const stored = await findPassword(actor.userId);
  if (!stored) throw signedOut();
  const counters = attemptCounters(stored.email, client);
  const turn = await countPasswordAttempt(counters, client);
  const wrong = () =>
    new Invalid([
      { path: [at], message: at === "currentPassword" ? "Current password is not right" : "Password is not right" },
    ]);
  if (!(await verifyOrGiveBack(stored.hash, password, counters, turn))) {
    await record({ kind: failure, actor, client });
    throw wrong();
  }
  const permission = bySession({ ...actor, accessVersion: stored.accessVersion }, wrong);
  await permitted(permission, () => [
    notingProof(actor),
    settling({ forgotten: counters.account, givenBack: counters.address }),
  ]);
  return permission;
}

/**
 * Accepts an authenticator code in place of the password. Attempts count together with those of the second step of a
 * sign-in, and a code is accepted only once, wherever it is used.
 *
 * @param at - the field of the code, for the message
 * @throws {Invalid} if it is wrong, or the account has no authenticator app
 * @throws {RateLimited} when the limit is reached
 */
export async function proveByCode(
  actor: SessionActor,
  code: string,
  client: Client,
  { at = "code" }: { at?: string } = {},
): Promise<void> {
  const answer = { totpCode: code };
  const asked = { userId: actor.userId, actor, permission: bySession(actor) };
  const proved = await passSecondFactor(asked, answer, client, () => [notingProof(actor)]);
  if (!proved) throw new Invalid([{ path: [at], message: messageFor(answer) }]);
}

/** The statement that records a proof, for use inside a transaction. */
const notingProof = (actor: SessionActor, now = new Date()) =>
  db().session.updateMany({ where: { id: actor.sessionId, userId: actor.userId }, data: { provenAt: now } });
