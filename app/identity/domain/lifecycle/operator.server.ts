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
import { lockingRow, raisingVersion } from "~/identity/domain/account/take-back.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";

/**
 * The operator's commands for accounts, run on the machine itself without an actor. Every request reads its session and
 * user from the database, so a running server applies the changes from its next request on.
 */

const day = 24 * 60 * 60 * 1000;

/** How long the operator's links are valid. They are passed on by hand. */
const linkLifetime = day;

export type AccountLine = Readonly<{
  id: string;
  email: string;
  name: string;
  isActive: boolean;
  isVerified: boolean;
  hasSecondFactor: boolean;
  createdAt: Date;
  /** The last sign-in, or a later use of a session that is still open; null for an account that was never used. */
  lastSeenAt: Date | null;
}>;

/** All accounts, sorted by address. */
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
 * Creates an account without signing in to it.
 *
 * @param input.password - if omitted, nobody knows the password, and the owner chooses one by the link
 * @returns the secret of the link to choose a password; null if there is a password
 * @throws {Invalid} if the password is easily guessed
 * @throws {Conflict} if the address has an account, or is reserved for one
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
  // Without a password, the hash of an unknown text is stored, so that a sign-in takes the same time as for any
  // account.
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

/** The detail marks the link as handed out and not mailed: using it does not prove the address. */
const makingPasswordLink = (userId: string, now = new Date()) =>
  makingToken("reset-password", { userId, detail: operatorsLink, lifetime: linkLifetime }, now);

/**
 * Makes a link by which the account's owner chooses a new password, and cancels earlier links. Until it is used, the
 * old password and the sessions stay valid.
 *
 * @returns the link's secret
 * @throws {NotFound} if no account has that address
 */
export async function resetPasswordByOperator(email: string): Promise<string> {
  const { id } = await findAccount(email);
  const { secret, storing } = makingPasswordLink(id);
  await orUnknown(email, () => [
    lockingRow(id),
    droppingTokens(id, "reset-password"),
    storing(),
    recording({ kind: "password_reset_by_operator", userId: id }),
  ]);
  return secret;
}

/**
 * Ends all sessions of an account, in browsers and on `/api`.
 *
 * @returns the number of sessions ended
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
 * Removes two-step sign-in, the backup codes and all passkeys from an account whose owner has lost them, or to which a
 * thief has added them. From then on the password alone signs in. Verify the person's identity first (OWASP ASVS 5.0,
 * 6.4.4).
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
 * Disables or enables an account. Every request reads `is_active`, so a disabled account's sessions are refused at
 * once. They are also ended for good here, with everything that waits for a proof.
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
 * @param named - its address, or its id as found in the server's log
 * @throws {NotFound} if there is no such account
 */
export async function deleteAccountByOperator(named: string): Promise<void> {
  const account = await findAccount(named);
  await orUnknown(named, () => [lockingRow(account.id), ...deletingAccount(account)]);
  mailQueued();
  await toTheEnd(removingRemains(account.id));
}

/**
 * Makes an invitation for one account.
 *
 * @param input.email - the only address that may use it; anybody with the link if omitted
 * @param input.days - how long it is valid, 1 to 365; a week if omitted
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
 * Finds an account by its address or id.
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

/** Runs a transaction about an account that may be deleted meanwhile. */
async function orUnknown<const Statements extends readonly Statement[]>(named: string, build: () => Statements) {
  try {
    return await transaction(build);
  } catch (error) {
    throw isMissingRow(error) ? unknownAccount(named) : error;
  }
}

const unknownAccount = (named: string) => new NotFound(`No account has the email ${normalizeEmail(named)}`);
