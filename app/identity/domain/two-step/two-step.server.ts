import { db, isMissingRow } from "~/core/data/db.server";
import { sealColumn } from "~/core/data/sealed-column.server";
import type { Actor, Client, SessionActor } from "~/core/actor";
import { Invalid } from "~/core/errors";
import { inTurn } from "~/services/limits/turns";
import { mailQueued } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { bySession, permitted } from "~/services/permission/permission.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { emailInWords } from "~/core/email";
import { droppingTokens } from "~/services/one-time-tokens/one-time-tokens.server";
import { provePassword } from "~/identity/domain/sign-in/proof.server";
import { raisingVersion } from "~/identity/domain/account/take-back.server";
import {
  generationOf,
  newBackupCodes,
  newSalt,
  storingBackupCodes,
  turnToMakeCodes,
} from "~/identity/domain/factors/backup-codes.server";
import {
  attemptFactor,
  messageFor,
  openSecret,
  passSecondFactor,
  type FactorAnswer,
} from "~/identity/domain/factors/factor.server";
import { queueingNotice } from "~/identity/domain/account/notice.server";
import { enrolmentUri, matchingStep, newTotpSecret } from "~/identity/domain/factors/totp";

/** Sets up, changes and turns off an account's two-step sign-in. */

/** The state of the actor's two-step sign-in; null if it is off. */
export type TwoStepState = Readonly<{
  since: Date;
  backupCodesLeft: number;
  /** When the current set of backup codes was created and shown; null if none is left of it. */
  backupCodesMadeAt: Date | null;
  /** Identifies the current set of backup codes, which `makeBackupCodes` replaces. */
  generation: string;
}>;

/** Whether two-step sign-in is on, and how many backup codes are left. */
export async function readTwoStep({ userId }: Actor): Promise<TwoStepState | null> {
  const factor = await db().totpFactor.findFirst({ where: { userId, confirmedAt: { not: null } } });
  if (!factor?.confirmedAt) return null;
  const { _count, _min } = await db().backupCode.aggregate({
    where: { userId },
    _count: true,
    _min: { createdAt: true },
  });
  return {
    since: factor.confirmedAt,
    backupCodesLeft: _count,
    backupCodesMadeAt: _min.createdAt,
    generation: generationOf(factor.backupSalt),
  };
}

/**
 * Creates a new secret. Sign-in does not ask for its codes until a first code has confirmed it. An earlier unconfirmed
 * secret is replaced. If two-step sign-in is already on, nothing happens.
 *
 * @throws {SignedOut} if the session is over
 */
export async function startSetup(actor: Actor, now = new Date()): Promise<void> {
  const sealedSecret = await sealColumn(newTotpSecret());
  await permitted(bySession(actor), () => [
    db().$executeRaw`
      INSERT INTO totp_factors (user_id, sealed_secret, last_step, backup_salt, created_at)
      VALUES (${actor.userId}, ${sealedSecret}, 0, ${newSalt()}, ${now})
      ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0,
                                          backup_salt = excluded.backup_salt, created_at = excluded.created_at
      WHERE totp_factors.confirmed_at IS NULL`,
  ]);
}

/** What an authenticator app needs. */
export type Enrolment = Readonly<{ secret: string; uri: string }>;

/** The secret that waits for its first code; null if there is none. Once confirmed, a secret is never shown again. */
export async function readSetup(actor: Actor): Promise<Enrolment | null> {
  const factor = await db().totpFactor.findUnique({ where: { userId: actor.userId, confirmedAt: null } });
  const secret = factor && (await openSecret(factor));
  if (!secret) return null;
  return { secret, uri: enrolmentUri(secret, emailInWords((await getUser(actor)).email)) };
}

/**
 * Turns two-step sign-in on with the first correct code. A sign-in that is under way with the password alone is refused
 * from then on.
 *
 * @returns the ten backup codes, which are never shown again; null if there is nothing to confirm, for example because
 * the form was sent twice
 * @throws {Invalid} if the code is wrong
 * @throws {RateLimited} after 10 wrong codes in 15 minutes, or 10 sets of backup codes in an hour
 * @throws {SignedOut} if the session is over
 */
export async function confirmSetup(actor: Actor, code: string, client: Client): Promise<readonly string[] | null> {
  const { userId } = actor;
  const factor = await db().totpFactor.findUnique({ where: { userId } });
  if (!factor || factor.confirmedAt) return null;
  const secret = await openSecret(factor);
  const { email } = await getUser(actor);
  let codes: readonly string[] = [];
  const judge = async () => {
    const step = secret === null ? null : matchingStep(secret, code);
    if (step === null) return null;
    // Ten hashes, so only after a correct code: otherwise wrong codes could keep everybody from signing in.
    const backup = await newBackupCodes(await turnToMakeCodes(userId, client));
    codes = backup.codes;
    return () => [
      raisingVersion({ id: userId }),
      db().totpFactor.update({
        where: { userId, confirmedAt: null, sealedSecret: factor.sealedSecret },
        data: { confirmedAt: new Date(), lastStep: step, backupSalt: backup.salt },
      }),
      ...storingBackupCodes(userId, backup),
    ];
  };
  const asked = { userId, actor, permission: bySession(actor) };
  const done = await attemptFactor(asked, { totpCode: code }, client, judge, () => [
    recording({ kind: "totp_enabled", actor, client }),
    ...queueingNotice({ id: userId, email }, "Two-step sign-in was turned on.", client),
  ]);
  if (!done) throw new Invalid([{ path: ["code"], message: messageFor({ totpCode: code }) }]);
  mailQueued();
  return codes;
}

/**
 * Creates ten new backup codes. The old ones become invalid.
 *
 * @param generation - the set to replace, from `readTwoStep`
 * @returns the new codes, which are never shown again; null if that set was already replaced, for example because the
 * form was sent twice
 * @throws {RateLimited} after 10 sets in an hour
 * @throws {SignedOut} if the session is over
 */
export function makeBackupCodes(actor: Actor, generation: string, client: Client): Promise<readonly string[] | null> {
  // One after the other: the second of two concurrent calls finds the set replaced before it hashes ten codes.
  return inTurn(`backup codes ${actor.userId}`, () => replaceBackupCodes(actor, generation, client));
}

async function replaceBackupCodes(actor: Actor, generation: string, client: Client): Promise<readonly string[] | null> {
  const { userId } = actor;
  const factor = await db().totpFactor.findFirst({ where: { userId, confirmedAt: { not: null } } });
  if (!factor || generationOf(factor.backupSalt) !== generation) return null;
  const { email } = await getUser(actor);
  const backup = await newBackupCodes(await turnToMakeCodes(userId, client));
  try {
    await permitted(bySession(actor), () => [
      db().totpFactor.update({
        where: { userId, confirmedAt: { not: null }, backupSalt: factor.backupSalt },
        data: { backupSalt: backup.salt },
      }),
      ...storingBackupCodes(userId, backup),
      recording({ kind: "backup_codes_made", actor, client }),
      ...queueingNotice({ id: userId, email }, "New backup codes were made.", client),
    ]);
  } catch (error) {
    if (isMissingRow(error)) return null;
    throw error;
  }
  mailQueued();
  return backup.codes;
}

/**
 * Turns two-step sign-in off, which deletes the secret and the backup codes. It takes both factors, so neither a
 * browser that was left open nor a stolen password is enough (OWASP ASVS 5.0, 7.5.1).
 *
 * @throws {Invalid} if the password or the code is wrong
 * @throws {RateLimited} when the limit of either is reached
 * @throws {SignedOut} if the session is over
 */
export async function turnOffTwoStep(
  actor: SessionActor,
  { password, answer }: { password: string; answer: FactorAnswer },
  client: Client,
): Promise<void> {
  const { userId } = actor;
  const { email } = await getUser(actor);
  const permission = await provePassword(actor, password, client);
  const done = await passSecondFactor({ userId, actor, permission }, answer, client, () => [
    db().totpFactor.deleteMany({ where: { userId } }),
    db().backupCode.deleteMany({ where: { userId } }),
    droppingTokens(userId, "second-factor"),
    recording({ kind: "totp_disabled", actor, client }),
    ...queueingNotice({ id: userId, email }, "Two-step sign-in was turned off.", client),
  ]);
  if (!done) throw new Invalid([{ path: ["code"], message: messageFor(answer) }]);
  mailQueued();
}
