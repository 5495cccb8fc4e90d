import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";
import { BoundedClient, connectionOptions, type PostgresLimits } from "~/core/data/postgresql/postgres-pool.server";
import { isBusy } from "~/core/data/sqlite/sqlite-adapter.server";

/** How long a start waits for another process that migrates the same database, in milliseconds. */
const lockTimeoutMs = 60_000;

/** A migration may take long, but a server that has stopped answering is given up. In milliseconds. */
const migrationLimits: PostgresLimits = {
  connectMs: 10_000,
  lockMs: lockTimeoutMs,
  statementMs: 0,
  answerMs: 600_000,
};

/** The one connection on which a database is migrated. */
export interface MigrationConnection {
  /** The adapter for Prisma's engine. */
  adapter: SqlDriverAdapter;
  /** Waits for the lock that only one process can hold, and begins the transaction. Both end together. */
  begin(): Promise<void>;
  /** Whether `_prisma_migrations` exists. Reading a missing table would abort a PostgreSQL transaction. */
  hasHistory(): Promise<boolean>;
  commit(): Promise<void>;
  /** Undoes uncommitted changes, and closes the connection. */
  close(): Promise<void>;
}

/**
 * Opens the connection for migrations. On SQLite it creates the file and its folder if they are missing.
 *
 * Everything happens in one transaction on one connection, and the lock belongs to that transaction. So a process that
 * crashes or is killed leaves neither a lock nor a half-applied migration, on either database.
 */
export function openMigrationConnection(url: string): Promise<MigrationConnection> {
  return databaseKind(url) === "sqlite" ? openSqlite(sqlitePath(url)) : openPostgresql(url);
}

async function openSqlite(file: string): Promise<MigrationConnection> {
  mkdirSync(path.dirname(file), { recursive: true });
  // SQLite must not wait itself: it would block this process's other callers, which may include the one that holds the
  // lock.
  const adapter = await new PrismaBetterSqlite3({ url: file, timeout: 0 }).connect();
  return {
    adapter,
    async begin() {
      // Generated migrations rebuild a table by dropping it, which would cascade. They switch the foreign keys off, but
      // that has no effect inside a transaction, so it is done here. `commit` checks the keys.
      const script = `
        PRAGMA foreign_keys = OFF;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        BEGIN EXCLUSIVE;`;
      // The settings are repeated too, because they are refused while another process changes the file's journal mode.
      await retryWhileBusy(() => adapter.executeScript(script));
    },
    hasHistory: () => yieldsRow(adapter, "SELECT name FROM sqlite_master WHERE name = '_prisma_migrations'"),
    async commit() {
      const broken = await adapter.queryRaw({ sql: "PRAGMA foreign_key_check", args: [], argTypes: [] });
      const table = broken.rows[0]?.[0];
      if (typeof table === "string") throw new Error(`rows of ${table} would refer to rows that do not exist`);
      await retryWhileBusy(() => adapter.executeScript("COMMIT"));
    },
    close: () => adapter.dispose(),
  };
}

async function retryWhileBusy(attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + lockTimeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > deadline) throw new Error("another process keeps the database locked", { cause: error });
      await sleep(20);
    }
  }
}

/** The key of the advisory lock that `prisma migrate` takes, so that it and Holdfast never migrate at the same time. */
const advisoryLock = 72_707_369;

async function openPostgresql(url: string): Promise<MigrationConnection> {
  const options = connectionOptions(url, migrationLimits);
  // The pool creates its clients with this class, but its types do not declare the option.
  const Client = BoundedClient as unknown as pg.PoolConfig["Client"];
  const pool = new pg.Pool({ ...options, max: 1, idleTimeoutMillis: 0, Client });
  let connections = 0;
  pool.on("connect", (client) => {
    // A pool silently replaces a lost connection, and the rest of the work would run outside the transaction.
    if (++connections > 1) void client.end();
  });
  // The engine's next query reports a lost connection. Without a listener, the event would end the process.
  pool.on("error", () => undefined);

  const adapter = await new PrismaPg(pool).connect();
  // The adapter splits scripts at every semicolon, also inside strings and functions. The server splits them correctly.
  adapter.executeScript = async (script) => void (await pool.query(script));
  return {
    adapter,
    async begin() {
      await pool.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      await pool.query(`SELECT pg_advisory_xact_lock(${advisoryLock})`);
    },
    hasHistory: () => yieldsRow(adapter, "SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL"),
    commit: async () => void (await pool.query("COMMIT")),
    close: () => pool.end(),
  };
}

async function yieldsRow(adapter: SqlDriverAdapter, sql: string): Promise<boolean> {
  return (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows.length > 0;
}
