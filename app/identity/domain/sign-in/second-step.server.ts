import { db } from "~/core/data/db.server";
import type { Client, Standing } from "~/core/actor";
import { Invalid, Unauthenticated } from "~/core/errors";
import { hashSecret } from "~/core/secrets.server";
import { byProof, type Permission } from "~/services/permission/permission.server";
import type { Account, OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { completingSignIn, signInRefused } from "./complete-sign-in.server";
import { makePermittedToken, peekToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { countBackupCodes } from "~/identity/domain/factors/backup-codes.server";
import { messageFor, passSecondFactor, type FactorAnswer } from "~/identity/domain/factors/factor.server";

/**
 * The second step of a sign-in on the pages, where the second factor is proved. The first step, a correct password,
 * opens no session. It gives the browser a one-time token that is valid only for this step (OWASP ASVS 5.0, 2.3.1 and
 * 6.3.3).
 */
export type SecondStep = Readonly<{
  user: Account;
  remembered: boolean;
  hasPasskeys: boolean;
  /** The correct password of the first step, which must still be the account's. */
  permission: Permission;
}>;

const remembered = "remembered";

/**
 * Starts the second step after a correct password.
 *
 * @param standing - the account's version when the password was compared
 * @param wrong - the error for a wrong password, thrown if the password was changed meanwhile
 * @returns the token, valid for 10 minutes
 */
export const beginSecondStep = (
  standing: Standing,
  step: { remembered: boolean },
  wrong: () => Error,
): Promise<string> =>
  makePermittedToken(byProof(standing, signInRefused(wrong)), "second-factor", {
    userId: standing.userId,
    detail: step.remembered ? remembered : undefined,
  });

/**
 * The sign-in that a token belongs to; null if the token has expired, or the account is disabled. The token stays
 * valid.
 */
export async function findSecondStep(secret: string): Promise<SecondStep | null> {
  const token = await peekToken("second-factor", secret);
  if (!token?.userId) return null;
  const user = await db().user.findUnique({
    where: { id: token.userId },
    include: { _count: { select: { passkeys: true } } },
  });
  if (!user?.isActive) return null;
  const { id, email, name, isActive, createdAt, accessVersion, _count } = user;
  return {
    user: { id, email, name, isActive, createdAt, accessVersion },
    permission: byProof({ userId: id, accessVersion }, secondStepOver),
    remembered: token.detail === remembered,
    hasPasskeys: _count.passkeys > 0,
  };
}

/** The statement that spends the token. If another use was faster, it fails and undoes its transaction. */
export const spendingSecondStep = (secret: string) =>
  db().oneTimeToken.delete({
    where: { hash: hashSecret(secret), purpose: "second-factor", expiresAt: { gt: new Date() } },
  });

export const secondStepOver = () =>
  new Unauthenticated("That took too long, or was done already. Sign in again from the start.");

/** The new session, and the number of backup codes left if one was used. */
export type FinishedSignIn = Readonly<{ session: OpenedSession; backupCodesLeft: number | null }>;

/**
 * Completes a sign-in with a code. In one transaction it uses up the code and the token, resets the limits, and opens
 * the session.
 *
 * @param secret - the token of the first step
 * @throws {Unauthenticated} if the token is not valid
 * @throws {Invalid} on `code` or `backupCode` if that is wrong; the token stays valid
 * @throws {RateLimited} after 10 wrong answers for the account in 15 minutes
 */
export async function finishSecondStep(secret: string, answer: FactorAnswer, client: Client): Promise<FinishedSignIn> {
  const step = await findSecondStep(secret);
  if (!step) throw secondStepOver();
  const { user, permission } = step;
  const kind = { via: "cookie", remembered: step.remembered } as const;
  const { session, statements, done } = await completingSignIn(user, permission, kind, client);
  const passed = await passSecondFactor({ userId: user.id, permission }, answer, client, () => [
    spendingSecondStep(secret),
    ...statements(),
  ]);
  if (!passed)
    throw new Invalid([{ path: ["totpCode" in answer ? "code" : "backupCode"], message: messageFor(answer) }]);
  done();
  return { session, backupCodesLeft: "backupCode" in answer ? await countBackupCodes(user.id) : null };
}
