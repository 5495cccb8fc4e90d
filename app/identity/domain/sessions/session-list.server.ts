import type { Actor, Carrier, SessionActor } from "~/core/actor";
import { db, Prisma } from "~/core/data/db.server";

/** The actor's sessions, to look at and to take along. */

/** One line of the list of sessions. */
export type SessionEntry = Readonly<{
  id: string;
  via: Carrier;
  userAgent: string;
  address: string;
  createdAt: Date;
  lastSeenAt: Date;
  current: boolean;
}>;

/** The actor's open sessions: the current one first, then by last use. */
export async function listSessions(actor: SessionActor, now = new Date()): Promise<SessionEntry[]> {
  const rows = await db().session.findMany({
    where: { userId: actor.userId, expiresAt: { gt: now } },
    orderBy: { lastSeenAt: "desc" },
    take: 100,
  });
  const entries = rows.map((row) => ({
    id: row.id,
    via: row.identifierHash === null ? ("bearer" as const) : ("cookie" as const),
    userAgent: row.userAgent,
    address: row.address,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    current: row.id === actor.sessionId,
  }));
  return entries.sort((a, b) => Number(b.current) - Number(a.current));
}

/** All of the actor's sessions in pages, the last used first. */
export async function* sessionPages({ userId }: Actor, pageSize = 100) {
  for (let last: { lastSeenAt: Date; id: string } | undefined; ;) {
    const after = last ? Prisma.sql`AND (last_seen_at, id) < (${last.lastSeenAt}, ${last.id})` : Prisma.empty;
    const rows = await db().$queryRaw<StoredSession[]>`
      SELECT id, identifier_hash AS "identifierHash", user_agent AS "userAgent", address, created_at AS "createdAt",
             last_seen_at AS "lastSeenAt", expires_at AS "expiresAt"
      FROM sessions WHERE user_id = ${userId} ${after} ORDER BY last_seen_at DESC, id DESC LIMIT ${pageSize}`;
    if (rows.length) yield rows;
    last = rows.at(-1);
    if (rows.length < pageSize) return;
  }
}

type StoredSession = Readonly<{
  id: string;
  identifierHash: string | null;
  userAgent: string;
  address: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}>;
