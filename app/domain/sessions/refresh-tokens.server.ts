import { config } from "~/config.server";
import { db, isForeignKeyViolation, isMissingRow, isUniqueViolation } from "~/data/db.server";
import { transaction } from "~/data/transaction.server";
import type { User } from "../accounts/account-schema";
import type { Actor, Client } from "../actor";
import { Unauthenticated } from "../errors";
import { countAttempt, giveBack, refreshPerSession } from "../limits/limits.server";
import { recording } from "./audit.server";
import { hashSecret, newSecret } from "./secrets.server";
import { noticeAddress } from "./token-use.server";

/**
 * Refresh tokens: opaque, rotated at every use, with detection of theft (RFC 9700, section 4.14.2). The session's row
 * holds the hash of the one token that counts; every token that was exchanged stays on record as long as its session,
 * so that one of any earlier generation is recognised. Sessions of `/api/v1` keep the one token that they began with.
 */

/** A client that lost the answer may repeat itself for so long; later, a used token in use is a stolen one. */
const replayGraceMs = 10_000;

export type RefreshedSession = Readonly<{ actor: Actor; user: User; refreshToken: string; expiresAt: Date }>;

const refused = () => new Unauthenticated("Invalid refresh token");

/**
 * Exchanges a refresh token for the next one. Of parallel uses of one token exactly one succeeds. The token of a session
 * that does not rotate is answered as it is, however often, until the session's end, which its use never moves; with
 * `API_V1=off` there are no such sessions, and its next use makes it one that rotates.
 *
 * @throws {Unauthenticated} if the token is unknown, used, or its session is over or its account disabled; the replay
 *   of a used one ends the session
 * @throws {RateLimited} after 60 refreshes of one session in a minute; the token stays good
 */
export async function refreshSession(token: string, client: Client, now = new Date()): Promise<RefreshedSession> {
  const hash = hashSecret(token);
  const session = await db().session.findUnique({ where: { refreshHash: hash }, include: { user: true } });
  if (!session) {
    await endSessionOfReplayed(hash, client, now);
    throw refused();
  }
  if (!session.user.isActive || session.expiresAt <= now || session.endsAt <= now) throw refused();

  const counter = { limit: refreshPerSession, subject: session.id };
  await countAttempt(counter);
  const { user } = session;
  const actor: Actor = {
    userId: user.id,
    sessionId: session.id,
    via: "bearer",
    accessVersion: user.accessVersion,
  };

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

  const refreshToken = newSecret();
  const expiresAt = new Date(Math.min(now.getTime() + config().refreshTokenSeconds * 1000, session.endsAt.getTime()));
  try {
    await transaction(() => [
      // The session's row comes first: a use and whatever ends the session are one after the other, and of several
      // parallel uses one finds the hash that it was asked for.
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
    await giveBack(counter);
    throw refused();
  }
  await noticeAddress(actor, session.address, client);
  return { actor, user, refreshToken, expiresAt };
}

/** Another use was first, or the session was ended meanwhile. */
const lostTheRace = (error: unknown): boolean =>
  isMissingRow(error) || isUniqueViolation(error) || isForeignKeyViolation(error);

async function endSessionOfReplayed(hash: string, client: Client, now: Date): Promise<void> {
  const used = await db().usedRefreshToken.findUnique({ where: { hash }, include: { session: true } });
  if (!used || now.getTime() - used.usedAt.getTime() <= replayGraceMs) return;
  await transaction(() => [
    db().session.deleteMany({ where: { id: used.sessionId } }),
    recording({ kind: "refresh_replayed", userId: used.session.userId, sessionId: used.sessionId, client }),
  ]);
}
