import type { Client } from "pg";
import { BackupError } from "./backup-error.server";

/** How long a command waits for a connection to the database server, in milliseconds. */
const connectWithinMs = 10_000;

/** What a backup or a restore needs to know about a database. */
export type Surroundings = Readonly<{
  /** The server's version, such as 18. */
  major: number;
  /** The schema that has Holdfast's tables, or would get them. */
  schema: string;
  hasTables: boolean;
}>;

/**
 * Runs work on a connection of its own.
 *
 * @throws {BackupError} if the database cannot be reached
 */
export async function withConnection<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectWithinMs });
  // A broken connection also makes its query fail. Without a listener, the event would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new BackupError(`The database cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function readSurroundings(client: Client): Promise<Surroundings> {
  const { rows } = await client.query<{ version: number; schema: string | null; table: string | null }>(
    `SELECT current_setting('server_version_num')::int AS version, current_schema() AS schema,
            to_regclass('_prisma_migrations')::text AS table`,
  );
  const [row] = rows;
  if (!row?.schema) throw new BackupError("The database has no schema in which tables could be.");
  return { major: Math.floor(row.version / 10_000), schema: row.schema, hasTables: row.table !== null };
}

export async function countContents(client: Client): Promise<{ accounts: number; tasks: number }> {
  const { rows } = await client.query<{ accounts: number; tasks: number }>(
    "SELECT (SELECT count(*)::int FROM users) AS accounts, (SELECT count(*)::int FROM tasks) AS tasks",
  );
  return rows[0] ?? { accounts: 0, tasks: 0 };
}
