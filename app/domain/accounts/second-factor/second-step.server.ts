import { db } from "~/data/db.server";
import type { Client } from "../../actor";
import { Invalid, Unauthenticated } from "../../errors";
import { hashSecret } from "../../sessions/secrets.server";
import type { OpenedSession } from "../../sessions/sessions.server";
import type { User } from "../account-schema";
import { completingSignIn } from "../complete-sign-in.server";
import { makeToken, peekToken } from "../one-time-tokens.server";
import { countBackupCodes } from "./backup-codes.server";
import { messageFor, passSecondFactor, type FactorAnswer } from "./factor.server";

/**
 * The second step of a sign-in on the pages. The first one, a right password, opened no session: it left a one-time token
 * with the browser that sent it, and the token is good for nothing but this (OWASP ASVS 5.0, 2.3.1 and 6.3.3).
 */
export type SecondStep = Readonly<{ user: User; remembered: boolean; hasPasskeys: boolean }>;

const remembered = "remembered";

/**
 * Opens the second step for somebody whose password was right.
 *
 * @returns the token, good for 10 minutes
 */
export const beginSecondStep = (userId: string, step: { remembered: boolean }): Promise<string> =>
  makeToken("second-factor", { userId, detail: step.remembered ? remembered : undefined });

/** Whose second step a token is; null if it is over, or the account is disabled. The token stays good. */
export async function findSecondStep(secret: string): Promise<SecondStep | null> {
  const token = await peekToken("second-factor", secret);
  if (!token?.userId) return null;
  const user = await db().user.findUnique({
    where: { id: token.userId },
    include: { _count: { select: { passkeys: true } } },
  });
  if (!user?.isActive) return null;
  const { id, email, name, isActive, createdAt, _count } = user;
  return {
    user: { id, email, name, isActive, createdAt },
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
  const { user } = step;
  const kind = { via: "cookie", remembered: step.remembered } as const;
  const { session, statements, done } = await completingSignIn(user, kind, client);
  const passed = await passSecondFactor({ userId: user.id }, answer, client, [
    spendingSecondStep(secret),
    ...statements,
  ]);
  if (!passed)
    throw new Invalid([{ path: ["totpCode" in answer ? "code" : "backupCode"], message: messageFor(answer) }]);
  done();
  return { session, backupCodesLeft: "backupCode" in answer ? await countBackupCodes(user.id) : null };
}
