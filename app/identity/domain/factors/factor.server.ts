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

/** The question for the second factor, wherever it is asked: what an answer is, and what a right one uses up. */

/** A code of the authenticator app, or one of the backup codes. */
export type FactorAnswer = Readonly<{ totpCode: string } | { backupCode: string }>;

/** Whose second factor is asked for, who answers if somebody is signed in already, and what permits the question. */
export type Asked = Readonly<{ userId: string; actor?: Actor; permission: Permission }>;

type Statements = () => readonly Statement[];

/** Has an answer the form of a code at all? What has not is no guess. */
const isCode = (answer: FactorAnswer): boolean =>
  ("totpCode" in answer ? readTotpCode(answer.totpCode) : readBackupCode(answer.backupCode)) !== null;

/** What people are told of a code that does not count; why one of the right form does not is not told. */
export function messageFor(answer: FactorAnswer): string {
  if (!isCode(answer)) return "That is no code. An app shows six digits; a backup code has ten letters and digits.";
  return "totpCode" in answer
    ? "That code is not right, or it was used before. Wait for the next one."
    : "That backup code is not right, or it was used before.";
}

/** Does this account ask for a second factor? */
export async function hasTotp({ userId }: Pick<Asked, "userId">): Promise<boolean> {
  return (await db().totpFactor.count({ where: { userId, confirmedAt: { not: null } } })) > 0;
}

/**
 * Checks an answer. What cannot be a code is refused and not counted: it tells nobody anything. What depends on it happens in one transaction with using the code up, so of any number of uses of one
 * code at once exactly one succeeds. Attempts are counted before they are judged and forgotten with a right one
 * (OWASP ASVS 5.0, 6.3.1 and 6.5.1).
 *
 * @param then - the statements that depend on a right answer
 * @returns whether the answer was right; if not, nothing of `then` has happened
 * @throws the refusal of `asked.permission` if that is gone
 * @throws {RateLimited} after 10 wrong answers for the account in 15 minutes
 */
export function passSecondFactor(
  asked: Asked,
  answer: FactorAnswer,
  client: Client,
  then: Statements,
): Promise<boolean> {
  return attemptFactor(asked, answer, client, (turn) => judge(asked, answer, client, turn), then);
}

/**
 * Counts an attempt, and does what a right one leads to.
 *
 * @param answer - not looked at further than whether it can be one
 * @param judged - is given a turn to hash; the statements that use the answer up, failing with a missing row if somebody else was faster; null
 *   if it is wrong
 */
export async function attemptFactor(
  { userId, actor, permission }: Asked,
  answer: FactorAnswer,
  client: Client,
  judged: (turn: Turn) => Promise<Statements | null>,
  then: Statements,
): Promise<boolean> {
  if (!isCode(answer)) return false;
  const counter = { limit: secondFactorPerAccount, subject: userId };
  const turn = await turnToHash(userId, client, counter);
  try {
    const using = await judged(turn);
    if (using && (await succeeds(permission, () => [...using(), ...then(), settling({ forgotten: counter })])))
      return true;
  } catch (error) {
    // Turned away because too many are waiting, or the question is no longer asked: that was no guess.
    await giveBack(counter);
    throw error;
  }
  await record({ kind: "second_factor_failed", userId, actor, client });
  return false;
}

/**
 * Runs statements as one transaction that is permitted by something.
 *
 * @returns false if one of them found its row missing, and then nothing has happened
 * @throws the permission's refusal if that is gone
 */
export async function succeeds(permission: Permission, statements: Statements): Promise<boolean> {
  try {
    await permitted(permission, statements);
    return true;
  } catch (error) {
    if (isMissingRow(error)) return false;
    throw error;
  }
}

async function judge(asked: Asked, answer: FactorAnswer, client: Client, turn: Turn): Promise<Statements | null> {
  const { userId, actor } = asked;
  const factor = await db().totpFactor.findFirst({ where: { userId, confirmedAt: { not: null } } });
  if (!factor) return null;
  if ("backupCode" in answer) {
    const hash = await hashBackupCode(answer.backupCode, factor.backupSalt, turn);
    if (hash === null) return null;
    return () => [
      // Its row goes with its use.
      db().backupCode.delete({ where: { userId_hash: { userId, hash } } }),
      recording({ kind: "backup_code_used", userId, actor, client }),
    ];
  }
  const secret = await openSecret(factor);
  const step = secret === null ? null : matchingStep(secret, answer.totpCode);
  if (step === null) return null;
  const sealedAnew = secret !== null && needsResealing(factor.sealedSecret) ? await sealColumn(secret) : undefined;
  return () => [
    // No code of this step or an earlier one is accepted again (RFC 6238, section 5.2).
    db().totpFactor.update({
      where: { userId, confirmedAt: { not: null }, sealedSecret: factor.sealedSecret, lastStep: { lt: step } },
      data: {
        lastStep: step,
        sealedSecret: sealedAnew,
      },
    }),
  ];
}

/** The secret of a factor; null if the key that it was sealed with is no longer in the list. */
export const openSecret = ({ sealedSecret }: { sealedSecret: string }): Promise<string | null> =>
  openColumn(sealedSecret);
