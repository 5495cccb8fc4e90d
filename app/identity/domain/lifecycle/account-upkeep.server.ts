import { db, Prisma } from "~/core/data/db.server";
import { deleteInSteps, type Steps } from "~/services/upkeep/in-steps.server";
import type { RemovesRemains } from "~/services/upkeep/remains.server";
import { upkeepTurn, type RemovesExpired } from "~/services/upkeep/upkeep.server";

/** The clean-up of sessions and tokens. */

/**
 * Deletes sessions with their used refresh tokens, of which one session may have very many.
 *
 * @param where - a condition on `sessions` that, once true for a row, stays true
 */
async function* deleteSessions(account: string, where: Prisma.Sql): Steps {
  for (;;) {
    const sessions = await db().$queryRaw<{ id: string }[]>`SELECT id FROM sessions WHERE ${where} LIMIT 100`;
    if (!sessions.length) return;
    const ids = Prisma.join(sessions.map(({ id }) => id));
    const used = { table: "used_refresh_tokens", key: "hash", where: Prisma.sql`session_id IN (${ids})` };
    yield* deleteInSteps(account, used);
    yield* deleteInSteps(account, { table: "sessions", key: "id", where: Prisma.sql`id IN (${ids})` });
  }
}

export const accountRemains: readonly RemovesRemains[] = [
  (userId) => deleteSessions(userId, Prisma.sql`user_id = ${userId}`),
];

export const accountExpiries: readonly RemovesExpired[] = [
  (now) => deleteSessions(upkeepTurn, Prisma.sql`expires_at <= ${now}`),
  (now) => deleteSessions(upkeepTurn, Prisma.sql`ends_at <= ${now}`),
  (now) => deleteInSteps(upkeepTurn, { table: "personal_tokens", key: "id", where: Prisma.sql`expires_at <= ${now}` }),
];
