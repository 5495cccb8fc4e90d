import { randomUUID } from "node:crypto";
import { db, isUniqueViolation } from "~/data/db.server";
import type { Actor, Client } from "../actor";
import { Conflict, Forbidden, Invalid, NotFound, Unauthenticated } from "../errors";
import {
  countAttempt,
  forgetting,
  giveBack,
  givingBack,
  signInPerAccount,
  signInPerAddress,
  signUpPerAddress,
  subscriberOf,
} from "../limits/limits.server";
import { inTurn } from "../limits/turns";
import { record, recording } from "../sessions/audit.server";
import {
  deletingOtherSessions,
  openingSession,
  signedOut,
  type OpenedSession,
  type SessionKind,
} from "../sessions/sessions.server";
import { storable } from "../text";
import type { Credentials, SignUp, User } from "./account-schema";
import { hashPassword, needsRehash, refuseGuessable, verifyPassword } from "./passwords.server";

/** Accounts: signing up, signing in, the profile and the password. */

const normalize = (email: string) => email.trim().toLowerCase();

/**
 * Creates an account and signs its owner in, in one transaction.
 *
 * @throws {Invalid} if the password is one of those that are tried first
 * @throws {Conflict} on `email` if the address has an account
 * @throws {RateLimited} after 20 in an hour from one address
 */
export async function signUp(input: SignUp, kind: SessionKind, client: Client): Promise<OpenedSession> {
  await refuseGuessable(input.password, input.email, "password");
  await countAttempt({ limit: signUpPerAddress, subject: subscriberOf(client.address) });
  const taken = await db().user.findUnique({ where: { email: input.email }, select: { id: true } });
  if (taken) throw emailTaken();

  const hash = await hashPassword(input.password);
  const now = new Date();
  const user: User = {
    id: randomUUID(),
    email: input.email,
    name: input.name ?? defaultName(input.email),
    isActive: true,
    createdAt: now,
  };
  const { session, statement } = openingSession(user, kind, client, now);
  try {
    await db().$transaction([
      db().user.create({ data: { ...user, updatedAt: now } }),
      db().password.create({ data: { userId: user.id, hash, updatedAt: now } }),
      statement,
      recording({ kind: "sign_up", userId: user.id, sessionId: session.actor.sessionId, client }),
    ]);
  } catch (error) {
    throw isUniqueViolation(error) ? emailTaken() : error;
  }
  return session;
}

const emailTaken = () => new Conflict("email", "Email already registered");

/** The e-mail's local part, as long as a name may be. */
const defaultName = (email: string) => [...email.slice(0, email.lastIndexOf("@"))].slice(0, 100).join("");

type Stored = User & { hash: string | null };

async function findByEmail(email: string): Promise<Stored | undefined> {
  if (!storable(email)) return undefined;
  const [row] = await db().$queryRaw<Stored[]>`
    SELECT u.id, u.email, u.name, u.is_active AS "isActive", u.created_at AS "createdAt", p.hash
    FROM users u LEFT JOIN passwords p ON p.user_id = u.id WHERE u.email = ${email}`;
  return row;
}

/**
 * Checks a password and opens a new session. An unknown address and a wrong password cost the same time and give the
 * same answer (OWASP ASVS 5.0, 6.3.8).
 *
 * @throws {Unauthenticated} if address and password do not belong together
 * @throws {Forbidden} if they do and the account is disabled
 * @throws {RateLimited} after 10 failures for the account from this address, or 100 from the address, in 15 minutes
 */
export async function signIn(credentials: Credentials, kind: SessionKind, client: Client): Promise<OpenedSession> {
  const email = normalize(credentials.email);
  const counters = attemptCounters(email, client);
  return inTurn(counters.account.subject, () => attemptSignIn({ ...credentials, email }, counters, kind, client));
}

async function attemptSignIn(
  { email, password }: Credentials,
  counters: AttemptCounters,
  kind: SessionKind,
  client: Client,
): Promise<OpenedSession> {
  await countAttempt(counters.account, counters.address);

  const stored = await findByEmail(email);
  const good = await verifyOrGiveBack(stored?.hash ?? null, password, counters);
  if (!stored || !good) {
    await record({ kind: "sign_in_failed", userId: stored?.id, client });
    throw new Unauthenticated("Invalid email or password");
  }
  const { hash, ...user } = stored;
  if (!user.isActive) {
    await db().$transaction([
      givingBack(counters.account, counters.address),
      recording({ kind: "sign_in_disabled", userId: user.id, client }),
    ]);
    throw new Forbidden("Account is disabled");
  }

  if (hash && needsRehash(hash)) await rehash(user.id, hash, password);
  const { session, statement } = openingSession(user, kind, client);
  await db().$transaction([
    forgetting(counters.account),
    givingBack(counters.address),
    statement,
    recording({ kind: "sign_in", userId: user.id, sessionId: session.actor.sessionId, client }),
  ]);
  return session;
}

function attemptCounters(email: string, client: Client) {
  const subscriber = subscriberOf(client.address);
  return {
    account: { limit: signInPerAccount, subject: `${subscriber} ${email}` },
    address: { limit: signInPerAddress, subject: subscriber },
  };
}

type AttemptCounters = ReturnType<typeof attemptCounters>;

/** An attempt that was turned away because too many were waiting was no guess. */
async function verifyOrGiveBack(hash: string | null, password: string, counters: AttemptCounters): Promise<boolean> {
  try {
    return await verifyPassword(hash, password);
  } catch (error) {
    await giveBack(counters.account, counters.address);
    throw error;
  }
}

async function rehash(userId: string, from: string, password: string): Promise<void> {
  const hash = await hashPassword(password);
  // Only if it is still the hash that was checked: a password changed meanwhile must not come back.
  await db().password.updateMany({ where: { userId, hash: from }, data: { hash, updatedAt: new Date() } });
}

/** Changes the actor's own name. */
export async function updateProfile(actor: Actor, change: { name?: string }, client: Client): Promise<User> {
  if (change.name !== undefined)
    await db().$transaction([
      db().user.updateMany({ where: { id: actor.userId }, data: { name: change.name, updatedAt: new Date() } }),
      recording({ kind: "profile_changed", userId: actor.userId, sessionId: actor.sessionId, client }),
    ]);
  return getUser(actor);
}

/**
 * The actor's own account.
 *
 * @throws {Unauthenticated} if it was deleted
 */
export async function getUser(actor: Actor): Promise<User> {
  const user = await db().user.findUnique({ where: { id: actor.userId } });
  if (!user) throw signedOut();
  const { id, email, name, isActive, createdAt } = user;
  return { id, email, name, isActive, createdAt };
}

/**
 * Changes the actor's password; every other session ends (OWASP ASVS 5.0, 6.2.3 and 7.4.3). Attempts count together
 * with those of sign-in, so an open browser is no place to guess.
 *
 * @throws {Invalid} if the current password is wrong or the new one is one of those that are tried first
 * @throws {RateLimited} when the sign-in limits are reached
 */
export async function changePassword(
  actor: Actor,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
  client: Client,
): Promise<void> {
  const { email } = await getUser(actor);
  await refuseGuessable(newPassword, email, "newPassword");
  const counters = attemptCounters(email, client);
  await countAttempt(counters.account, counters.address);
  const stored = await db().password.findUnique({ where: { userId: actor.userId } });
  if (!stored || !(await verifyOrGiveBack(stored.hash, currentPassword, counters))) {
    await record({ kind: "password_change_failed", userId: actor.userId, sessionId: actor.sessionId, client });
    throw new Invalid([{ path: ["currentPassword"], message: "Current password is not right" }]);
  }
  const hash = await hashPassword(newPassword);
  const now = new Date();
  await db().$transaction([
    db().password.updateMany({ where: { userId: actor.userId }, data: { hash, updatedAt: now } }),
    deletingOtherSessions(actor),
    forgetting(counters.account),
    givingBack(counters.address),
    recording({ kind: "password_changed", userId: actor.userId, sessionId: actor.sessionId, client }),
  ]);
}

/**
 * Disables or enables an account, for the operator. Sessions of a disabled account are refused with their next
 * request because every request reads `is_active`; they end for good here.
 *
 * @throws {NotFound} if no account has that address
 */
export async function setAccountActive(email: string, isActive: boolean): Promise<void> {
  const user = await db().user.findUnique({ where: { email: normalize(email) }, select: { id: true } });
  if (!user) throw new NotFound(`No account has the email ${normalize(email)}`);
  await db().$transaction([
    db().user.updateMany({ where: { id: user.id }, data: { isActive, updatedAt: new Date() } }),
    ...(isActive ? [] : [db().session.deleteMany({ where: { userId: user.id } })]),
    recording({ kind: isActive ? "account_enabled" : "account_disabled", userId: user.id }),
  ]);
}
