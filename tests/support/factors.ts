import type { User } from "~/core/actor";
import { TOTP, Secret } from "otpauth";
import { db } from "~/core/data/db.server";
import { openColumn, sealColumn } from "~/core/data/sealed-column.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { newBackupCodes, storingBackupCodes } from "~/identity/domain/factors/backup-codes.server";
import { newTotpSecret } from "~/identity/domain/factors/totp";

/** Second factors created without the pages, and the codes of an authenticator app. */

/** The authenticator code of the current time step, or of a step before or after it. */
export const codeOf = (secret: string, steps = 0, now = Date.now()): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now + steps * 30_000 });

/** A code that no time step around now has. */
export function wrongCodeOf(secret: string): string {
  const near = new Set(Array.from({ length: 9 }, (_, index) => codeOf(secret, index - 4)));
  const wrong = Array.from({ length: 10 }, (_, digit) => String(digit).repeat(6)).find((code) => !near.has(code));
  return wrong ?? "";
}

/** Turns two-step sign-in on for an account. */
export async function withTotp(user: Pick<User, "id">): Promise<{ secret: string; backupCodes: readonly string[] }> {
  const secret = newTotpSecret();
  const backup = await newBackupCodes(operatorsTurn);
  const now = new Date();
  await db().$transaction([
    db().totpFactor.create({
      data: {
        userId: user.id,
        sealedSecret: await sealColumn(secret),
        confirmedAt: now,
        backupSalt: backup.salt,
        createdAt: now,
      },
    }),
    ...storingBackupCodes(user.id, backup),
  ]);
  return { secret, backupCodes: backup.codes };
}

/** The secret that waits for its first code. */
export async function secretOf(user: Pick<User, "id">): Promise<string> {
  const { sealedSecret } = await db().totpFactor.findUniqueOrThrow({ where: { userId: user.id } });
  return (await openColumn(sealedSecret)) ?? "";
}
