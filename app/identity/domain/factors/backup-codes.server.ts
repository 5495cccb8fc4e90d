import { createHash, randomBytes } from "node:crypto";
import { db } from "~/core/data/db.server";
import type { Client } from "~/core/actor";
import { backupCodesPerAccount, backupCodesPerAddress } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import { hashWithSalt } from "~/identity/domain/passwords/passwords.server";
import { turnToHash, type Turn } from "~/identity/domain/passwords/turn-to-hash.server";
import {
  backupCodeAlphabet as alphabet,
  backupCodeLength,
  readBackupCode,
} from "~/identity/domain/account/factor-codes";

/**
 * Backup codes, for an owner who has lost the authenticator app: ten, each for one use, stored as argon2id hashes
 * (OWASP ASVS 5.0, 6.5.1 to 6.5.4). All codes of an account share one salt of 128 bits, so that one hash finds the row.
 * Each code has 50 bits.
 */
export const backupCodeCount = 10;

/** Never changed, unlike those of passwords: a code is found by its hash, so it must always get the same one. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export type BackupCodes = Readonly<{
  /** As they are shown to the owner, once. */
  codes: readonly string[];
  /** Stored in `TotpFactor.backupSalt`. */
  salt: string;
  hashes: readonly string[];
}>;

export const newSalt = (): string => randomBytes(16).toString("base64url");

const hashCode = (code: string, salt: string, turn: Turn): Promise<string> =>
  hashWithSalt(code, { ...parameters, salt: Buffer.from(salt, "base64url") }, turn);

/**
 * Counts the creation of a set of codes, which takes ten hashes.
 *
 * @throws {RateLimited} after 10 sets for the account, or 60 from the network address, in an hour
 */
export const turnToMakeCodes = (userId: string, client: Client): Promise<Turn> =>
  turnToHash(
    userId,
    client,
    { limit: backupCodesPerAccount, subject: userId },
    { limit: backupCodesPerAddress, subject: subscriberOf(client.address) },
  );

/**
 * Creates ten new codes with a new salt, without storing them. The ten hashes are queued one after the other, so that
 * nobody else waits for all of them.
 *
 * @param turn - of `turnToMakeCodes`
 * @throws {RateLimited} when too many hashes are waiting
 */
export async function newBackupCodes(turn: Turn): Promise<BackupCodes> {
  const salt = newSalt();
  const bare = Array.from({ length: backupCodeCount }, () =>
    // The remainder has no bias, because 256 is a multiple of 32.
    Array.from(randomBytes(backupCodeLength), (byte) => alphabet[byte % alphabet.length]).join(""),
  );
  const hashes: string[] = [];
  for (const code of bare) hashes.push(await hashCode(code, salt, turn));
  return { codes: bare.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`), salt, hashes };
}

/** The statements that replace all codes of a user with these, for use inside a transaction. */
export const storingBackupCodes = (userId: string, { hashes }: BackupCodes, now = new Date()) => [
  db().backupCode.deleteMany({ where: { userId } }),
  db().backupCode.createMany({ data: hashes.map((hash) => ({ userId, hash, createdAt: now })) }),
];

/**
 * The hash by which a code is found; null for text that cannot be a code.
 *
 * @throws {RateLimited} when too many hashes are waiting
 */
export async function hashBackupCode(code: string, salt: string, turn: Turn): Promise<string | null> {
  const bare = readBackupCode(code);
  return bare === null ? null : hashCode(bare, salt, turn);
}

/** How many codes an account has left. */
export const countBackupCodes = (userId: string): Promise<number> => db().backupCode.count({ where: { userId } });

/** Identifies a set of codes without revealing anything about it, so that a form which is sent twice makes one set. */
export const generationOf = (salt: string): string =>
  createHash("sha256").update(salt).digest("base64url").slice(0, 16);
