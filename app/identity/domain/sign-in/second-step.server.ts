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
 * The second step of a sign-in on the pages. The first one, a right password, opened no session: it left a one-time token
 * with the browser that sent it, and the token is good for nothing but this (OWASP ASVS 5.0, 2.3.1 and 6.3.3).
 */
export type SecondStep = Readonly<{
  user: Account;
  remembered: boolean;
  hasPasskeys: boolean;
  /** The right password of the first step, as long as it counts. */
  permission: Permission;
}>;

const remembered = "remembered";

/**
 * Opens the second step for somebody whose password was right.
 *
 * @param standing - how the account stood when the password was compared
 * @param wrong - the error of a wrong password, which it is if another one was set meanwhile
 * @returns the token, good for 10 minutes
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

/** Whose second step a token is; null if it is over, or the account is disabled. The token stays good. */
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

/** The statement that spends the token; with another use being faster it fails and undoes its transaction. */
export const spendingSecondStep = (secret: string) =>
  db().oneTimeToken.delete({
    where: { hash: hashSecret(secret), purpose: "second-factor", expiresAt: { gt: new Date() } },
  });

export const secondStepOver = () =>
  new Unauthenticated("That took too long, or was done already. Sign in again from the start.");

/** A session, and how many backup codes are left if one was used for it. */
export type FinishedSignIn = Readonly<{ session: OpenedSession; backupCodesLeft: number | null }>;

/**
 * Finishes a sign-in by a code: the code, the token and the limits go, and the session comes, in one transaction.
 *
 * @param secret - the token of the first step
 * @throws {Unauthenticated} if the token is not good
 * @throws {Invalid} on `code` or `backupCode` if that is wrong; the token stays good
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
