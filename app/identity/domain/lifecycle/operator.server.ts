import { randomUUID } from "node:crypto";
import { db, isMissingRow, isUniqueViolation } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { Conflict, NotFound } from "~/core/errors";
import { mailQueued, queueing } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { newSecret } from "~/core/secrets.server";
import { endingAccess } from "~/services/access/ending-access.server";
import { toTheEnd } from "~/services/upkeep/in-steps.server";
import { removingRemains } from "~/services/upkeep/remains.server";
import { deletingAccount } from "./deletion.server";
import { normalizeEmail } from "~/core/email";
import { droppingTokens, makingToken, operatorsLink } from "~/services/one-time-tokens/one-time-tokens.server";
import { hashPassword, refuseGuessable } from "~/identity/domain/passwords/passwords.server";
import { isReserved } from "~/identity/domain/account/reserved-emails.server";
import { defaultName } from "~/identity/domain/sign-up/sign-up.server";
import { raisingVersion, takingRow } from "~/identity/domain/account/take-back.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";

/**
 * What the operator does to accounts from the machine itself, with no actor but the machine. Every request reads its
 * session and its user from the database, so all of it counts with the next request of a running server.
 */

const day = 24 * 60 * 60 * 1000;

/** How long the operator's links live: they travel by hand. */
const linkLifetime = day;

export type AccountLine = Readonly<{
  id: string;
  email: string;
  name: string;
  isActive: boolean;
  isVerified: boolean;
  hasSecondFactor: boolean;
  createdAt: Date;
  /** The last sign-in, or later use of a session that is still open; null for an account that was never used. */
  lastSeenAt: Date | null;
}>;

/** Every account, in the order of the addresses. */
export async function listAccounts(): Promise<AccountLine[]> {
  const users = await db().user.findMany({
    where: { deletedAt: null },
    orderBy: { email: "asc" },
    include: { totpFactor: { select: { confirmedAt: true } } },
  });
  const inUse = await db().session.groupBy({ by: ["userId"], _max: { lastSeenAt: true } });
  const signedIn = await db().auditEvent.groupBy({
    by: ["userId"],
    where: { kind: { in: ["sign_in", "sign_up"] } },
    _max: { at: true },
  });
  const lastSeen = new Map<string | null, Date | null>(signedIn.map(({ userId, _max }) => [userId, _max.at]));
  for (const { userId, _max } of inUse) lastSeen.set(userId, later(lastSeen.get(userId) ?? null, _max.lastSeenAt));
  return users.map(({ id, email, name, isActive, emailVerifiedAt, totpFactor, createdAt }) => ({
    id,
    email,
    name,
    isActive,
    isVerified: emailVerifiedAt !== null,
    hasSecondFactor: Boolean(totpFactor?.confirmedAt),
    createdAt,
    lastSeenAt: lastSeen.get(id) ?? null,
  }));
}

const later = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b));

/**
 * Makes an account that is not signed in anywhere.
 *
 * @param input.password - without one, nobody knows the account's password, and its owner chooses one by the link
 * @returns the secret of the link by which a password is chosen; null if there is a password
 * @throws {Invalid} if the password is one of those that are tried first
 * @throws {Conflict} if the address has an account, or is kept for one
 */
export async function createAccount(input: {
  email: string;
  name?: string;
  password?: string;
}): Promise<{ secret: string | null }> {
  const { email, password } = input;
  if (password !== undefined) await refuseGuessable(password, email, "password");
  if (await isReserved(email))
    throw new Conflict("email", `${email} is kept for the account that had it until lately, which may take it back`);
  // A hash of something that nobody knows: such an account costs a sign-in the same time as any other.
  const hash = await hashPassword(password ?? newSecret(), operatorsTurn);
  const now = new Date();
  const id = randomUUID();
  const link = password === undefined ? makingPasswordLink(id, now) : null;
  try {
    await transaction(() => [
      db().user.create({
        data: { id, email, name: input.name ?? defaultName(email), isActive: true, createdAt: now, updatedAt: now },
      }),
      db().password.create({ data: { userId: id, hash, updatedAt: now } }),
      recording({ kind: "account_created", userId: id }),
      ...(link ? [link.storing()] : []),
    ]);
  } catch (error) {
    throw isUniqueViolation(error) ? new Conflict("email", `${email} has an account already`) : error;
  }
  return { secret: link?.secret ?? null };
}

/** The detail tells it from a link that was mailed: using this one proves no address. */
const makingPasswordLink = (userId: string, now = new Date()) =>
  makingToken("reset-password", { userId, detail: operatorsLink, lifetime: linkLifetime }, now);

/**
 * Makes a link by which the account's owner chooses a new password; earlier links are worthless from then on. Until
 * it is used the old password stays good, and sessions go on.
 *
 * @returns the link's secret
 * @throws {NotFound} if no account has that address
 */
export async function resetPasswordByOperator(email: string): Promise<string> {
  const { id } = await findAccount(email);
  const { secret, storing } = makingPasswordLink(id);
  await orUnknown(email, () => [
    takingRow(id),
    droppingTokens(id, "reset-password"),
    storing(),
    recording({ kind: "password_reset_by_operator", userId: id }),
  ]);
  return secret;
}

/**
 * Ends every session of an account, in browsers and on `/api`.
 *
 * @returns how many there were
 * @throws {NotFound} if no account has that address
 */
export async function endSessionsOf(email: string): Promise<number> {
  const { id } = await findAccount(email);
  const [, sessions] = await orUnknown(email, () => [
    raisingVersion({ id }),
    db().session.count({ where: { userId: id } }),
    ...endingAccess(id, { by: "operator" }),
    recording({ kind: "sessions_ended_by_operator", userId: id }),
  ]);
  return sessions;
}

/**
 * Takes two-step sign-in, its backup codes and every passkey from an account whose owner has lost them, or whose thief
 * has added them; the password alone signs in from then on. Make sure who asks (OWASP ASVS 5.0, 6.4.4).
 *
 * @throws {NotFound} if no account has that address
 */
export async function removeFactors(email: string, now = new Date()): Promise<void> {
  const account = await findAccount(email);
  const where = { userId: account.id };
  await orUnknown(email, () => [
    raisingVersion({ id: account.id }),
    db().totpFactor.deleteMany({ where }),
    db().backupCode.deleteMany({ where }),
    db().passkey.deleteMany({ where }),
    droppingTokens(account.id, "second-factor", "passkey-registration", "passkey-authentication"),
    recording({ kind: "factors_removed_by_operator", userId: account.id }),
    ...queueing({
      kind: "factor-changed",
      userId: account.id,
      to: account.email,
      detail: {
        change: "Two-step sign-in and passkeys were removed by the operator of this server",
        device: "the server itself",
        address: "no network",
        at: now.toISOString(),
      },
    }),
  ]);
  mailQueued();
}

/**
 * Disables or enables an account, for the operator. Sessions of a disabled account are refused with their next
 * request because every request reads `is_active`; they end for good here, and so does whatever was under way.
 *
 * @throws {NotFound} if no account has that address
 */
export async function setAccountActive(email: string, isActive: boolean): Promise<void> {
  const { id } = await findAccount(email);
  await orUnknown(email, () => [
    raisingVersion({ id }, { isActive, updatedAt: new Date() }),
    ...(isActive ? [] : endingAccess(id, { by: "operator" })),
    recording({ kind: isActive ? "account_enabled" : "account_disabled", userId: id }),
  ]);
}

/**
 * Deletes an account with everything in it.
 *
 * @param named - its address, or its id, which is what the log of a server knows it by
 * @throws {NotFound} if there is no such account
 */
export async function deleteAccountByOperator(named: string): Promise<void> {
  const account = await findAccount(named);
  await orUnknown(named, () => [takingRow(account.id), ...deletingAccount(account)]);
  mailQueued();
  await toTheEnd(removingRemains(account.id));
}

/**
 * Makes an invitation, good for one account.
 *
 * @param input.email - whom it is for; whoever has the link if left out
 * @param input.days - how long it is good, 1 to 365; a week if left out
 * @returns the link's secret
 * @throws {Conflict} if the address has an account
 */
export async function invite({ email, days }: { email?: string; days?: number }): Promise<string> {
  if (email !== undefined && (await db().user.count({ where: { email } })))
    throw new Conflict("email", `${email} has an account already`);
  const { secret, storing } = makingToken("invitation", {
    email,
    lifetime: days === undefined ? undefined : days * day,
  });
  await transaction(() => [storing(), recording({ kind: "invitation_made" })]);
  return secret;
}

/**
 * The account of an address or an id.
 *
 * @throws {NotFound}
 */
export async function findAccount(named: string): Promise<{ id: string; email: string }> {
  const email = normalizeEmail(named);
  const account = await db().user.findFirst({
    where: { ...(email.includes("@") ? { email } : { id: email }), deletedAt: null },
    select: { id: true, email: true },
  });
  if (!account) throw unknownAccount(named);
  return account;
}

/** Runs a transaction about an account that may go meanwhile. */
async function orUnknown<const Statements extends readonly Statement[]>(named: string, build: () => Statements) {
  try {
    return await transaction(build);
  } catch (error) {
    throw isMissingRow(error) ? unknownAccount(named) : error;
  }
}

const unknownAccount = (named: string) => new NotFound(`No account has the email ${normalizeEmail(named)}`);
