import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseKind, sqlitePath } from "./database-url.server";
import { troubleOf } from "./unavailable.server";

/**
 * How long a start waits for its database, how long one attempt may take, the pause between attempts, and how often the
 * start reports that it waits; in milliseconds.
 */
const withinMs = 30_000;
const attemptMs = 5_000;
const pauseMs = 500;
const sayEveryMs = 10_000;

/** What a start reports while it waits. Neither field contains a user name or a password. */
export type Waiting = Readonly<{ database: string; reason: string }>;

/** SQLSTATE codes for which waiting does not help: wrong password, not authorized, no such database. */
const lasting = new Set(["28P01", "28000", "3D000"]);

/**
 * Waits until the database can be reached: it may still be starting.
 *
 * @param say - called at once and every 10 seconds with what the start waits for
 * @throws Error with a message for the operator, after 30 seconds, or at once if waiting does not help
 */
export async function awaitDatabase(url: string, say: (waiting: Waiting) => void): Promise<void> {
  const database = nameOf(url);
  const began = performance.now();
  let saidAt = -Infinity;
  for (;;) {
    try {
      return await tryOnce(url);
    } catch (error) {
      const reason = reasonOf(error);
      if (!isPassing(error)) throw new Error(`the database ${database} cannot be used: ${reason}`, { cause: error });
      const now = performance.now();
      if (now - began > withinMs - pauseMs)
        throw new Error(`the database ${database} could not be reached within 30 seconds: ${reason}`, { cause: error });
      if (now - saidAt >= sayEveryMs) {
        say({ database, reason });
        saidAt = now;
      }
      await sleep(pauseMs);
    }
  }
}

const tryOnce = (url: string): Promise<void> =>
  databaseKind(url) === "postgresql" ? tryPostgresql(url) : trySqlite(sqlitePath(url));

async function tryPostgresql(url: string): Promise<void> {
  const { BoundedClient, connectionOptions, limitsWithin } = await import("~/core/data/postgresql/postgres-pool.server");
  const client = new BoundedClient(connectionOptions(url, limitsWithin(attemptMs)));
  try {
    await client.connect();
    const { rows } = await client.query<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding");
    const encoding = rows[0]?.encoding ?? "";
    if (encoding !== "UTF8")
      throw new Error(
        `it holds text as ${encoding}, which has no room for every letter there is. Make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
      );
  } finally {
    client.abandon();
  }
}

async function trySqlite(file: string): Promise<void> {
  // The file is created later in the start.
  if (!existsSync(file)) return;
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { timeout: 0 });
  try {
    database.prepare("SELECT count(*) FROM sqlite_master").get();
  } finally {
    database.close();
  }
}

function isPassing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (lasting.has(String(code))) return false;
  const trouble = troubleOf(error);
  if (trouble === "unreachable") return !isConnectionRefusedByTls(error) && code !== "SQLITE_CANTOPEN";
  return trouble === "too slow" || trouble === "too many connections" || trouble === "locked";
}

const isConnectionRefusedByTls = (error: unknown) =>
  error instanceof Error && /does not support SSL connections|establishing an SSL connection/.test(error.message);

/** An error that groups one error for each address of a host has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

/** A database in words without credentials: host, port and name, or its file. */
function nameOf(url: string): string {
  if (databaseKind(url) === "sqlite") return sqlitePath(url);
  const { host, pathname, searchParams } = new URL(url);
  return `${host || (searchParams.get("host") ?? "localhost")}${pathname}`;
}
