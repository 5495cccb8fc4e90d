import { createHmac } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db, isForeignKeyViolation, isMissingRow, isUniqueViolation } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import { keyring, type NamedKey } from "~/core/keyring.server";
import { apiSession, type Client, type SessionActor, type Standing, type User } from "~/core/actor";
import { Unauthenticated } from "~/core/errors";
import { countAttempt, refreshPerSession } from "~/services/limits/limits.server";
import { recording } from "~/services/audit/audit.server";
import { hashSecret } from "~/core/secrets.server";
import { noticeAddress } from "./token-use.server";

/**
 * Refresh tokens: opaque, rotated at every use, with detection of theft (RFC 9700, section 4.14.2). The session's row
 * holds the hash of the current token. Every exchanged token stays on record as long as its session, so that one of any
 * earlier generation is recognised. Sessions of `/api/v1` keep their first token.
 *
 * The next token is derived from the one before it, so that a client that lost the answer, or shares the token with a
 * second tab, gets the same one again (docs/decisions/0016-the-same-successor.md).
 */

/** How long a used token is answered with its successor again. A later use means that the token was stolen. */
const repeatableMs = 60_000;

export type RefreshedSession = Readonly<{ actor: SessionActor; user: User; refreshToken: string; expiresAt: Date }>;

const refused = () => new Unauthenticated("Invalid refresh token");

/** The next token. Deriving it takes both the token and the server's key. */
const successorOf = (token: string, sessionId: string, { key }: NamedKey): string =>
  createHmac("sha256", key).update(`${sessionId} ${token}`).digest("base64url");

/**
 * Exchanges a refresh token for the next one. Parallel and repeated uses of one token get the same next one for 60
 * seconds, unless that one has been used itself. A session that does not rotate gets the same token back, any number of
 * times, until the session's end, which does not move. With `API_V1=off` there are no such sessions: the next use turns
 * them into rotating ones.
 *
 * @throws {Unauthenticated} if the token is unknown, its session is over or its account disabled, or if it was used:
 * more than 60 seconds ago, or before a token whose successor has been used. Such a reuse ends the session
 * @throws {RateLimited} after 60 refreshes of one session in a minute; the token stays valid
 */
export async function refreshSession(token: string, client: Client, now = new Date()): Promise<RefreshedSession> {
  const hash = hashSecret(token);
  const session = await db().session.findUnique({ where: { refreshHash: hash }, include: { user: true } });
  if (!session) return repeatedUse(token, client, now);
  refuseWhatIsOver(session, now);
  await countUse(session.id);
  const { user } = session;
  const actor = actorOf(session);

  if (!session.rotates && config().apiV1) {
    const { count } = await db().session.updateMany({
      where: { id: session.id, refreshHash: hash },
      data: { lastSeenAt: now, address: client.address, userAgent: client.userAgent },
    });
    // The session was ended meanwhile.
    if (!count) throw refused();
    await noticeAddress(actor, session.address, client);
    return { actor, user, refreshToken: token, expiresAt: session.expiresAt };
  }

  const refreshToken = successorOf(token, session.id, keyring().refreshKeys[0]);
  const expiresAt = new Date(Math.min(now.getTime() + config().refreshTokenSeconds * 1000, session.endsAt.getTime()));
  try {
    await transaction(() => [
      // The session's row is locked first, so that a refresh and whatever ends the session run one after the other. Of
      // several parallel refreshes, only one finds the hash that it expects.
      db().session.update({
        where: { id: session.id, refreshHash: hash },
        data: {
          refreshHash: hashSecret(refreshToken),
          rotates: true,
          expiresAt,
          renewedAt: now,
          lastSeenAt: now,
          address: client.address,
          userAgent: client.userAgent,
        },
      }),
      db().usedRefreshToken.create({ data: { hash, sessionId: session.id, usedAt: now } }),
    ]);
  } catch (error) {
    if (!lostTheRace(error)) throw error;
    return repeatedUse(token, client, now, { isCounted: true });
  }
  await noticeAddress(actor, session.address, client);
  return { actor, user, refreshToken, expiresAt };
}

type SessionOfUser = Readonly<{
  id: string;
  userId: string;
  expiresAt: Date;
  endsAt: Date;
  user: User & Pick<Standing, "accessVersion">;
}>;

const actorOf = ({ id, userId, user }: SessionOfUser): SessionActor =>
  apiSession({ userId, sessionId: id, accessVersion: user.accessVersion });

function refuseWhatIsOver({ user, expiresAt, endsAt }: SessionOfUser, now: Date): void {
  if (!user.isActive || expiresAt <= now || endsAt <= now) throw refused();
}

const countUse = (sessionId: string) => countAttempt({ limit: refreshPerSession, subject: sessionId });

/** Whether another refresh was faster, or the session was ended meanwhile. */
const lostTheRace = (error: unknown): boolean =>
  isMissingRow(error) || isUniqueViolation(error) || isForeignKeyViolation(error);

/**
 * Handles a used token that comes back: from a client that lost the answer, from a second tab, or from a thief. The
 * time and the use of its successor tell these apart.
 */
async function repeatedUse(
  token: string,
  client: Client,
  now: Date,
  { isCounted } = { isCounted: false },
): Promise<RefreshedSession> {
  const used = await db().usedRefreshToken.findUnique({
    where: { hash: hashSecret(token) },
    include: { session: { include: { user: true } } },
  });
  if (!used) throw refused();
  const { session, usedAt } = used;
  // Tries every key, because another one may have been the first when the token was used.
  const refreshToken = keyring()
    .refreshKeys.map((key) => successorOf(token, session.id, key))
    .find((successor) => hashSecret(successor) === session.refreshHash);
  const age = now.getTime() - usedAt.getTime();
  if (refreshToken === undefined || age > repeatableMs) {
    await endStolen(session, client);
    throw refused();
  }
  // Another process's clock may be slightly ahead. If the clock was set back by more, the age of the use is unknown.
  if (age < -repeatableMs) throw refused();
  refuseWhatIsOver(session, now);
  if (!isCounted) await countUse(session.id);
  const actor = actorOf(session);
  await noticeAddress(actor, session.address, client);
  return { actor, user: session.user, refreshToken, expiresAt: session.expiresAt };
}

const endStolen = (session: SessionOfUser, client: Client) =>
  transaction(() => [
    db().session.deleteMany({ where: { id: session.id } }),
    recording({ kind: "refresh_replayed", actor: actorOf(session), client }),
  ]);
