import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { runSql } from "./catalogue";
import { databaseKind } from "./databases";

/* Accounts with more data than anybody would type, created by the database in one statement each. */

const onSqlite = databaseKind === "sqlite";

/** The numbers from 1 to `count`, as a table `n` with a column `i`. */
const numbers = (count: number) =>
  onSqlite
    ? `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
    : `WITH n(i) AS (SELECT generate_series(1, ${count}))`;

/** A time, a number of seconds after a fixed moment some weeks ago. */
const moment = (seconds: string) => {
  const start = Math.floor(Date.now() / 1000) - 50 * 24 * 60 * 60;
  return onSqlite
    ? `strftime('%Y-%m-%dT%H:%M:%f+00:00', ${start} + ${seconds}, 'unixepoch')`
    : `(to_timestamp(${start} + ${seconds}) AT TIME ZONE 'UTC')`;
};

const text = (length: number) =>
  onSqlite ? `substr(hex(zeroblob(${Math.ceil(length / 2)})), 1, ${length})` : `repeat('0', ${length})`;

/** Adds tasks to a new account, each with a description of the given length. */
export async function addTasks({ id }: User, count: number, descriptionLength: number): Promise<void> {
  const { databaseUrl } = config();
  const description = text(descriptionLength);
  await runSql(
    databaseUrl,
    `${numbers(count)} INSERT INTO tasks (user_id, number, title, title_key, description, description_key, completed,
       completed_at, priority, due_date, created_at, updated_at)
     SELECT '${id}', i, 'Task ' || ((i * 7919) % ${count}), 'task ' || ((i * 7919) % ${count}), ${description}, ${description},
       i % 3 = 0, CASE WHEN i % 3 = 0 THEN ${moment("i")} END, 1 + i % 3, '2026-12-' || (10 + i % 20), ${moment("i")},
       ${moment("i")} FROM n`,
  );
  await runSql(databaseUrl, `UPDATE users SET last_task_number = ${count} WHERE id = '${id}'`);
}

const randomId = onSqlite ? "lower(hex(randomblob(16)))" : "gen_random_uuid()::text";

/** Adds events of one kind to an account. */
export async function addEvents({ id }: User, count: number, kind = "sign_in_failed"): Promise<void> {
  await runSql(
    config().databaseUrl,
    `${numbers(count)} INSERT INTO audit_events (id, at, kind, user_id, address, user_agent)
     SELECT ${randomId}, ${moment("i")}, '${kind}', '${id}', '192.0.2.1', 'Mozilla/5.0 (X11; Linux) Device ' || (i % 50) FROM n`,
  );
}

/** Adds sessions to an account, each with one used refresh token. The sessions are over if `days` is negative. */
export async function addSessions({ id }: User, count: number, days = 5): Promise<void> {
  const tag = randomUUID();
  const ends = moment(`${(50 + days) * 24 * 60 * 60}`);
  await runSql(
    config().databaseUrl,
    `${numbers(count)} INSERT INTO sessions (id, user_id, refresh_hash, user_agent, address, created_at, last_seen_at,
       renewed_at, expires_at, ends_at)
     SELECT '${tag}-' || i, '${id}', 'hash ${tag} ' || i, 'Mozilla/5.0 (X11; Linux)', '192.0.2.1', ${moment("i")}, ${moment("i")},
       ${moment("i")}, ${ends}, ${ends} FROM n`,
  );
  await runSql(
    config().databaseUrl,
    `INSERT INTO used_refresh_tokens (hash, session_id, used_at)
     SELECT 'used ' || id, id, created_at FROM sessions WHERE id LIKE '${tag}-%'`,
  );
}
