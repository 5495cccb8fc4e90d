import { accountColumns, holderOf, userOf, type AccountRow } from "~/identity/domain/account/account-row.server";
import { randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db, isMissingRow, Prisma } from "~/core/data/db.server";
import { retrying, transaction } from "~/core/data/transaction.server";
import {
  apiSession,
  carrierOf,
  pageSession,
  type Actor,
  type ApiSession,
  type Caller,
  type Client,
  type PageCaller,
  type SessionActor,
  type Standing,
  type User,
} from "~/core/actor";
import { NotFound } from "~/core/errors";
import { waitBriefly } from "~/core/wait-briefly.server";
import { recording } from "~/services/audit/audit.server";
import { bySession, permitted } from "~/services/permission/permission.server";
import { hashSecret, newSecret } from "~/core/secrets.server";
import { noticeAddress } from "./token-use.server";

/**
 * Sessions. The row is the only authority: a cookie or an access token only names it. Everything else about the caller
 * is read from the row and its user, at every request, in one statement (OWASP ASVS 5.0, chapter 7).
 */

const hour = 60 * 60 * 1000;
const day = 24 * hour;

export const idleLimit = 7 * day;
export const absoluteLimit = 30 * day;
export const unrememberedLimit = day;
/**
 * How long the previous identifier stays valid after a renewal, for requests that were already on their way, in
 * milliseconds.
 */
const supersededGrace = 10 * 1000;
/** The idle limit moves at most this often, in milliseconds. */
const renewalInterval = day;
/** The precision of "last seen", in milliseconds: a write for every request would be wasteful. */
const lastSeenInterval = 10 * 60 * 1000;

/** A new session, with the secret that from now on only its client knows. */
export type OpenedSession = Readonly<{
  actor: SessionActor;
  user: User;
  /** The identifier for the cookie, or the refresh token. */
  secret: string;
  remembered: boolean;
  expiresAt: Date;
}>;

/**
 * How the client holds a session: a browser by a cookie, an API client by tokens. The refresh token is exchanged at
 * every use unless `rotates` is false.
 */
export type SessionKind = Readonly<{ via: "cookie"; remembered: boolean } | { via: "bearer"; rotates?: boolean }>;

/** A user, and the account's version when it was read. */
export type Account = User & Pick<Standing, "accessVersion">;

/**
 * Prepares a new session, with a new secret, for a user who has just proved their identity.
 *
 * @returns the session, and the statement that stores it, for the transaction of the sign-in
 */
export function openingSession(
  { accessVersion, ...user }: Account,
  kind: SessionKind,
  client: Client,
  now = new Date(),
) {
  const id = randomUUID();
  const secret = newSecret();
  const hash = hashSecret(secret);
  const remembered = kind.via === "cookie" && kind.remembered;
  const rotates = kind.via === "cookie" || (kind.rotates ?? true);
  const { expiresAt, endsAt } = firstLimits(kind, now);
  const storing = () => db().$executeRaw`
    INSERT INTO sessions (id, user_id, identifier_hash, refresh_hash, rotates, remembered, user_agent, address,
                          created_at, last_seen_at, renewed_at, expires_at, ends_at, proven_at)
    VALUES (${id}, ${user.id}, ${kind.via === "cookie" ? hash : null}, ${kind.via === "bearer" ? hash : null},
            ${rotates}, ${remembered}, ${client.userAgent}, ${client.address}, ${now}, ${now}, ${now}, ${expiresAt}, ${endsAt}, ${now})`;
  const held = { userId: user.id, sessionId: id, accessVersion };
  const session: OpenedSession = {
    actor: kind.via === "cookie" ? pageSession(held) : apiSession(held),
    user,
    secret,
    remembered,
    expiresAt,
  };
  return { session, storing };
}

function firstLimits(kind: SessionKind, now: Date): { expiresAt: Date; endsAt: Date } {
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  if (kind.via === "bearer") {
    const refreshLife = config().refreshTokenSeconds * 1000;
    const endsAt = after(Math.max(absoluteLimit, refreshLife));
    // A token that never changes cannot get a new expiry by its use.
    return { expiresAt: (kind.rotates ?? true) ? after(refreshLife) : endsAt, endsAt };
  }
  return kind.remembered
    ? { expiresAt: after(idleLimit), endsAt: after(absoluteLimit) }
    : { expiresAt: after(unrememberedLimit), endsAt: after(unrememberedLimit) };
}

type Row = AccountRow & {
  sessionId: string;
  remembered: boolean;
  createdAt: Date;
  lastSeenAt: Date;
  renewedAt: Date;
  expiresAt: Date;
  endsAt: Date;
  provenAt: Date | null;
  address: string;
  previousHash: string | null;
};

/** Reads session and user in one statement, because it runs at every request of a signed-in user. */
const sessionWithUser = Prisma.sql`
  SELECT s.id AS "sessionId", ${accountColumns}, s.remembered, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
         s.renewed_at AS "renewedAt", s.expires_at AS "expiresAt", s.ends_at AS "endsAt",
         s.proven_at AS "provenAt", s.address, s.previous_hash AS "previousHash"
  FROM sessions s JOIN users u ON u.id = s.user_id`;

/** Finds the caller by a browser's cookie; null if the session is over or the account disabled. */
export async function findCallerByIdentifier(identifier: string, now = new Date()): Promise<PageCaller | null> {
  const hash = hashSecret(identifier);
  const [row] = await db().$queryRaw<Row[]>`
    ${sessionWithUser} WHERE s.identifier_hash = ${hash} OR (s.previous_hash = ${hash} AND s.previous_until > ${now})`;
  return alive(row, pageSession, now, row?.previousHash === hash);
}

/** Finds the caller by an access token's `sid`; null if the session is over or the account disabled. */
export async function findCallerBySession(sessionId: string, now = new Date()): Promise<Caller<ApiSession> | null> {
  const [row] = await db().$queryRaw<Row[]>`
    ${sessionWithUser} WHERE s.id = ${sessionId} AND s.refresh_hash IS NOT NULL`;
  return alive(row, apiSession, now);
}

function alive<Session extends SessionActor>(
  row: Row | undefined,
  actorOf: (held: Parameters<typeof pageSession>[0]) => Session,
  now: Date,
  superseded = false,
): Caller<Session> | null {
  if (!row?.isActive || row.expiresAt <= now || row.endsAt <= now) return null;
  return {
    actor: actorOf({ ...holderOf(row), sessionId: row.sessionId }),
    user: userOf(row),
    remembered: row.remembered,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    renewedAt: row.renewedAt,
    expiresAt: row.expiresAt,
    endsAt: row.endsAt,
    provenAt: row.provenAt,
    address: row.address,
    superseded,
  };
}

/**
 * Records that a session is in use, and a token's use from a new network address, and extends the idle limit of a
 * remembered session. Both are written from time to time, not at every request.
 *
 * @returns the new idle limit if it moved, so that the cookie can be sent again; otherwise null
 */
export async function noteUse(caller: Caller, client: Client, now = new Date()): Promise<Date | null> {
  if (carrierOf(caller.actor) === "bearer" && caller.address !== client.address)
    await waitBriefly(noticeAddress(caller.actor, caller.address, client));
  const renews =
    caller.remembered && !caller.superseded && now.getTime() - caller.renewedAt.getTime() >= renewalInterval;
  if (!renews && now.getTime() - caller.lastSeenAt.getTime() < lastSeenInterval) return null;
  const expiresAt = renews ? new Date(Math.min(now.getTime() + idleLimit, caller.endsAt.getTime())) : caller.expiresAt;
  const noting = db().session.updateMany({
    where: { id: caller.actor.sessionId, userId: caller.actor.userId },
    data: {
      lastSeenAt: now,
      address: client.address,
      ...(renews ? { renewedAt: now, expiresAt } : {}),
    },
  });
  const noted = await waitBriefly(noting);
  return renews && noted ? expiresAt : null;
}

/**
 * Gives a browser's session a new identifier. The old one stays valid for 10 seconds, for requests that were already on
 * their way; after that every copy of it is worthless. Of several requests with the same identifier, one gets a new
 * one.
 *
 * @param identifier - the browser's current one
 * @returns the new identifier, or null if another request was first or the session is over
 */
export async function renewIdentifier(
  actor: SessionActor,
  identifier: string,
  now = new Date(),
): Promise<string | null> {
  const fresh = newSecret();
  const previousHash = hashSecret(identifier);
  const { count } = await retrying(() =>
    db().session.updateMany({
      where: { id: actor.sessionId, userId: actor.userId, identifierHash: previousHash },
      data: {
        identifierHash: hashSecret(fresh),
        previousHash,
        previousUntil: new Date(now.getTime() + supersededGrace),
      },
    }),
  );
  return count ? fresh : null;
}

/** Signs the actor out: deletes the session, which makes every copy of its cookie or tokens worthless. */
export async function endSession(actor: SessionActor, client: Client): Promise<void> {
  try {
    await transaction(() => [
      deletingSession(actor.userId, actor.sessionId),
      recording({ kind: "sign_out", actor, client }),
    ]);
  } catch (error) {
    // The session is already over, so there is nothing left to do.
    if (!isMissingRow(error)) throw error;
  }
}

const deletingSession = (userId: string, id: string) =>
  db().session.delete({ where: { id, userId }, select: { id: true } });

/**
 * Ends one of the actor's sessions.
 *
 * @throws {NotFound} if the actor has no session with that id
 * @throws {SignedOut} if the actor's own session is over
 */
export async function revokeSession(actor: Actor, sessionId: string, client: Client): Promise<void> {
  const { userId } = actor;
  try {
    await permitted(bySession(actor), () => [
      deletingSession(userId, sessionId),
      recording({ kind: "session_revoked", userId, sessionId, client }),
    ]);
  } catch (error) {
    throw isMissingRow(error) ? new NotFound("That session has already ended") : error;
  }
}

/**
 * Ends all of the actor's sessions except the current one.
 *
 * @throws {SignedOut} if the current session is over
 */
export async function revokeOtherSessions(actor: SessionActor, client: Client): Promise<void> {
  await permitted(bySession(actor), () => [
    db().session.deleteMany({ where: { userId: actor.userId, id: { not: actor.sessionId } } }),
    recording({ kind: "other_sessions_revoked", actor, client }),
  ]);
}
