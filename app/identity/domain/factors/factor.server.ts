import { needsResealing, openColumn, sealColumn } from "~/core/data/sealed-column.server";
import { db, isMissingRow } from "~/core/data/db.server";
import type { Statement } from "~/core/data/transaction.server";
import type { Actor, Client } from "~/core/actor";
import { giveBack, secondFactorPerAccount, settling } from "~/services/limits/limits.server";
import { record, recording } from "~/services/audit/audit.server";
import { permitted, type Permission } from "~/services/permission/permission.server";
import { turnToHash, type Turn } from "~/identity/domain/passwords/turn-to-hash.server";
import { hashBackupCode } from "./backup-codes.server";
import { readBackupCode, readTotpCode } from "~/identity/domain/account/factor-codes";
import { matchingStep } from "./totp";

/** Checks a second factor, wherever it is asked for, and uses up what a correct answer spends. */

/** An authenticator code, or a backup code. */
export type FactorAnswer = Readonly<{ totpCode: string } | { backupCode: string }>;

/**
 * Whose second factor is asked for, the actor if somebody is already signed in, and the permission that must still hold.
 */
export type Asked = Readonly<{ userId: string; actor?: Actor; permission: Permission }>;

type Statements = () => readonly Statement[];

/** Whether an answer could be a code at all. Other text does not count as a guess. */
const isCode = (answer: FactorAnswer): boolean =>
  ("totpCode" in answer ? readTotpCode(answer.totpCode) : readBackupCode(answer.backupCode)) !== null;

/** The message for a refused code. It does not say why a well-formed code was refused. */
export function messageFor(answer: FactorAnswer): string {
  if (!isCode(answer)) return "That is no code. An app shows six digits; a backup code has ten letters and digits.";
  return "totpCode" in answer
    ? "That code is not right, or it was used before. Wait for the next one."
    : "That backup code is not right, or it was used before.";
}

/** Whether this account asks for a second factor. */
export async function hasTotp({ userId }: Pick<Asked, "userId">): Promise<boolean> {
  return (await db().totpFactor.count({ where: { userId, confirmedAt: { not: null } } })) > 0;
}

/**
 * Checks an answer. Text that cannot be a code is refused without being counted, because it reveals nothing. A correct
 * code is used up in the same transaction as the statements that depend on it, so of several uses of one code exactly
 * one succeeds. Attempts are counted before they are checked, and reset by a correct one (OWASP ASVS 5.0, 6.3.1 and
 * 6.5.1).
 *
 * @param onSuccess - the statements that depend on a correct answer
 * @returns whether the answer was correct; if not, none of `onSuccess` took effect
 * @throws the refusal of `asked.permission` if it no longer holds
 * @throws {RateLimited} after 10 wrong answers for the account in 15 minutes
 */
export function passSecondFactor(
  asked: Asked,
  answer: FactorAnswer,
  client: Client,
  onSuccess: Statements,
): Promise<boolean> {
  return attemptFactor(asked, answer, client, (turn) => checkAnswer(asked, answer, client, turn), onSuccess);
}

/**
 * Counts an attempt, and runs the statements that a correct answer leads to.
 *
 * @param answer - checked only for whether it could be a code
 * @param check - gets a turn to hash, and returns the statements that use the answer up, which fail with a missing row
 * if somebody else was faster; null if the answer is wrong
 */
export async function attemptFactor(
  { userId, actor, permission }: Asked,
  answer: FactorAnswer,
  client: Client,
  check: (turn: Turn) => Promise<Statements | null>,
  onSuccess: Statements,
): Promise<boolean> {
  if (!isCode(answer)) return false;
  const counter = { limit: secondFactorPerAccount, subject: userId };
  const turn = await turnToHash(userId, client, counter);
  try {
    const using = await check(turn);
    if (using && (await tryPermitted(permission, () => [...using(), ...onSuccess(), settling({ forgotten: counter })])))
      return true;
  } catch (error) {
    // Too many were waiting, or the permission no longer holds: the answer was not checked, so it does not count.
    await giveBack(counter);
    throw error;
  }
  await record({ kind: "second_factor_failed", userId, actor, client });
  return false;
}

/**
 * Runs statements as one transaction that a permission allows.
 *
 * @returns false if one of them found its row missing; then none took effect
 * @throws the permission's refusal if it no longer holds
 */
export async function tryPermitted(permission: Permission, statements: Statements): Promise<boolean> {
  try {
    await permitted(permission, statements);
    return true;
  } catch (error) {
    if (isMissingRow(error)) return false;
    throw error;
  }
}

async function checkAnswer(asked: Asked, answer: FactorAnswer, client: Client, turn: Turn): Promise<Statements | null> {
  const { userId, actor } = asked;
  const factor = await db().totpFactor.findFirst({ where: { userId, confirmedAt: { not: null } } });
  if (!factor) return null;
  if ("backupCode" in answer) {
    const hash = await hashBackupCode(answer.backupCode, factor.backupSalt, turn);
    if (hash === null) return null;
    return () => [
      // Using a code deletes its row.
      db().backupCode.delete({ where: { userId_hash: { userId, hash } } }),
      recording({ kind: "backup_code_used", userId, actor, client }),
    ];
  }
  const secret = await openSecret(factor);
  const step = secret === null ? null : matchingStep(secret, answer.totpCode);
  if (step === null) return null;
  const sealedAnew = secret !== null && needsResealing(factor.sealedSecret) ? await sealColumn(secret) : undefined;
  return () => [
    // A code of this time step or an earlier one is never accepted again (RFC 6238, section 5.2).
    db().totpFactor.update({
      where: { userId, confirmedAt: { not: null }, sealedSecret: factor.sealedSecret, lastStep: { lt: step } },
      data: {
        lastStep: step,
        sealedSecret: sealedAnew,
      },
    }),
  ];
}

/** The secret of a factor; null if the key that encrypted it is no longer in the list. */
export const openSecret = ({ sealedSecret }: { sealedSecret: string }): Promise<string | null> =>
  openColumn(sealedSecret);
