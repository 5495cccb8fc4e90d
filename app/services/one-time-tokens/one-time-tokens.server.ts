import { db } from "~/core/data/db.server";
import { permitted, type Permission } from "~/services/permission/permission.server";
import { hashSecret, newSecret } from "~/core/secrets.server";

/**
 * Secrets that are good for one use: links in mail, invitations, the second step of a sign-in, the challenges of
 * passkeys. 256 bits from the system's generator, stored as a hash, with an end (OWASP ASVS 5.0, 6.5.1 and 11.5.1).
 */
const minute = 60 * 1000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long each lives, in milliseconds. */
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

/** The detail of a link that the operator has handed out, and nobody was mailed. */
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
  /** Milliseconds, where it is not the purpose's own. */
  lifetime?: number;
}>;

/**
 * Prepares a new one-time token.
 *
 * @returns the secret, to be told once, and the statement that stores its hash
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

/** Makes a one-time token that nothing has to permit, and answers its secret. */
export async function makeToken(purpose: TokenPurpose, about: About, now = new Date()): Promise<string> {
  const { secret, storing } = makingToken(purpose, about, now);
  await storing();
  return secret;
}

/**
 * Makes a one-time token that is as good as what permits it, and answers its secret.
 *
 * @throws the refusal of the permission if that is gone
 */
export async function makePermittedToken(permission: Permission, purpose: TokenPurpose, about: About): Promise<string> {
  const { secret, storing } = makingToken(purpose, about);
  await permitted(permission, () => [storing()]);
  return secret;
}

/** Looks a token up without spending it: a form may be shown as often as one likes. Null if it is not good. */
export async function peekToken(purpose: TokenPurpose, secret: string, now = new Date()): Promise<OneTimeToken | null> {
  const row = await db().oneTimeToken.findUnique({ where: { hash: hashSecret(secret) } });
  if (row?.purpose !== purpose || row.expiresAt <= now) return null;
  return { purpose, userId: row.userId, email: row.email, detail: row.detail, expiresAt: row.expiresAt };
}

/**
 * Spends a token: of any number of attempts at once exactly one gets it.
 *
 * @returns what the token was about, or null if it is not good (any more)
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
 * The statement that spends a token inside a transaction, which fails with `isMissingRow` if it is not good (any more).
 */
export const spendingToken = (purpose: TokenPurpose, secret: string, now = new Date()) =>
  db().oneTimeToken.delete({ where: { hash: hashSecret(secret), purpose, expiresAt: { gt: now } } });

/** The statement that makes every token of these purposes of a user worthless, for use inside a transaction. */
export const droppingTokens = (userId: string, ...purposes: TokenPurpose[]) =>
  db().oneTimeToken.deleteMany({ where: { userId, purpose: { in: purposes } } });
