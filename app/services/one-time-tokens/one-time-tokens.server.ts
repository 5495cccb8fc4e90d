import { db } from "~/core/data/db.server";
import { permitted, type Permission } from "~/services/permission/permission.server";
import { hashSecret, newSecret } from "~/core/secrets.server";

/**
 * Secrets for one use: links in mail, invitations, the second step of a sign-in, the challenges of passkeys. They are
 * 256 bits from the system's generator, stored as a hash, and expire (OWASP ASVS 5.0, 6.5.1 and 11.5.1).
 */
const minute = 60 * 1000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long each is valid, in milliseconds. */
export const tokenLifetimes = {
  "verify-email": day,
  "reset-password": 10 * minute,
  "change-email": day,
  "undo-email": 7 * day,
  "second-factor": 10 * minute,
  "passkey-registration": 5 * minute,
  "passkey-authentication": 5 * minute,
  invitation: 7 * day,
} as const;

/** The detail of a link that the operator created and that was not sent by mail. */
export const operatorsLink = "operator";

export type TokenPurpose = keyof typeof tokenLifetimes;

export type OneTimeToken = Readonly<{
  purpose: TokenPurpose;
  userId: string | null;
  email: string | null;
  detail: string | null;
  expiresAt: Date;
}>;

type About = Readonly<{
  userId?: string;
  email?: string;
  detail?: string;
  /** How long the token is valid, in milliseconds, if not as long as its purpose says. */
  lifetime?: number;
}>;

/**
 * Prepares a new one-time token.
 *
 * @returns the secret, to be shown once, and the statement that stores its hash
 */
export function makingToken(purpose: TokenPurpose, about: About, now = new Date()) {
  const secret = newSecret();
  const storing = () =>
    db().oneTimeToken.create({
      data: {
        hash: hashSecret(secret),
        purpose,
        userId: about.userId ?? null,
        email: about.email ?? null,
        detail: about.detail ?? null,
        createdAt: now,
        expiresAt: new Date(now.getTime() + (about.lifetime ?? tokenLifetimes[purpose])),
      },
    });
  return { secret, storing };
}

/** Stores a one-time token that needs no permission, and returns its secret. */
export async function makeToken(purpose: TokenPurpose, about: About, now = new Date()): Promise<string> {
  const { secret, storing } = makingToken(purpose, about, now);
  await storing();
  return secret;
}

/**
 * Stores a one-time token if a permission holds, and returns its secret.
 *
 * @throws the refusal of the permission if it no longer holds
 */
export async function makePermittedToken(permission: Permission, purpose: TokenPurpose, about: About): Promise<string> {
  const { secret, storing } = makingToken(purpose, about);
  await permitted(permission, () => [storing()]);
  return secret;
}

/** Looks a token up without spending it, so that a form can be shown any number of times. Null if it is not valid. */
export async function peekToken(purpose: TokenPurpose, secret: string, now = new Date()): Promise<OneTimeToken | null> {
  const row = await db().oneTimeToken.findUnique({ where: { hash: hashSecret(secret) } });
  if (row?.purpose !== purpose || row.expiresAt <= now) return null;
  return { purpose, userId: row.userId, email: row.email, detail: row.detail, expiresAt: row.expiresAt };
}

/**
 * Spends a token: of any number of concurrent attempts exactly one succeeds.
 *
 * @returns what the token is about, or null if it is not valid (any more)
 */
export async function spendToken(
  purpose: TokenPurpose,
  secret: string,
  now = new Date(),
): Promise<OneTimeToken | null> {
  const token = await peekToken(purpose, secret, now);
  if (!token) return null;
  const { count } = await db().oneTimeToken.deleteMany({ where: { hash: hashSecret(secret), purpose } });
  return count === 1 ? token : null;
}

/**
 * The statement that spends a token inside a transaction. If the token is not valid (any more), it fails with
 * `isMissingRow`.
 */
export const spendingToken = (purpose: TokenPurpose, secret: string, now = new Date()) =>
  db().oneTimeToken.delete({ where: { hash: hashSecret(secret), purpose, expiresAt: { gt: now } } });

/** The statement that deletes all of a user's tokens for these purposes, for use inside a transaction. */
export const droppingTokens = (userId: string, ...purposes: TokenPurpose[]) =>
  db().oneTimeToken.deleteMany({ where: { userId, purpose: { in: purposes } } });
