import { randomUUID } from "node:crypto";
import { db } from "~/core/data/db.server";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { sealSessionCookie } from "~/identity/edge/session-cookie.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { hashPassword } from "~/identity/domain/passwords/passwords.server";
import type { Client, SessionActor, Standing, User } from "~/core/actor";
import { byProof, type Permission } from "~/services/permission/permission.server";
import { openingSession, type OpenedSession, type SessionKind } from "~/identity/domain/sessions/sessions.server";

/** Accounts and sessions created without the pages and the API, for tests that are not about signing up or in. */

export const client: Client = { address: "192.0.2.1", userAgent: "Vitest" };

/** The password of every account that `newUser` creates. */
export const password = "a quiet walk before breakfast";

let passwordHash: Promise<string> | undefined;

type Fields = { email?: string; hash?: string; isActive?: boolean; verified?: boolean };

/** Creates an account. Its address is not confirmed by default. A given hash replaces the password's. */
export async function newUser(fields: Fields = {}): Promise<User> {
  const { email = `${randomUUID()}@example.com`, isActive = true, verified = false } = fields;
  const hash = fields.hash ?? (await (passwordHash ??= hashPassword(password, operatorsTurn)));
  const now = new Date();
  const user: User = { id: randomUUID(), email, name: "Ada", isActive, createdAt: now };
  const emailVerifiedAt = verified ? now : null;
  await db().user.create({
    data: { ...user, emailVerifiedAt, updatedAt: now, password: { create: { hash, updatedAt: now } } },
  });
  return user;
}

/** The current version of an account. */
export async function standingOf({ id }: Pick<User, "id">): Promise<Standing> {
  const { accessVersion } = await db().user.findUniqueOrThrow({ where: { id } });
  return { userId: id, accessVersion };
}

/** The permission of a person who has just proved to own an account. */
export const permissionOf = async (user: Pick<User, "id">): Promise<Permission> =>
  byProof(await standingOf(user), () => new Error("the account was taken back"));

/** A session of an account, opened at `now`. */
export async function openSession(
  user: User,
  kind: SessionKind = { via: "cookie", remembered: true },
  now = new Date(),
  from: Client = client,
): Promise<OpenedSession> {
  const { session, storing } = openingSession({ ...user, ...(await standingOf(user)) }, kind, from, now);
  await storing();
  return session;
}

/** The actor of a new account with a session. */
export async function newActor(kind: SessionKind = { via: "bearer" }): Promise<SessionActor> {
  return (await openSession(await newUser(), kind)).actor;
}

/** An access token of a new session of an account. */
export async function newToken(user: User): Promise<string> {
  const { actor } = await openSession(user, { via: "bearer" });
  return signAccessToken(actor, user);
}

/** The `Cookie` header of a browser session. */
export async function cookieOf(session: OpenedSession, { secure = false } = {}): Promise<string> {
  const { expiresAt, remembered } = session;
  return (await sealSessionCookie(session.secret, { expiresAt, remembered, secure })).split(";")[0] ?? "";
}

/** The `Cookie` header of a new browser session of an account. */
export async function newCookie(user: User): Promise<string> {
  return cookieOf(await openSession(user, { via: "cookie", remembered: true }));
}
