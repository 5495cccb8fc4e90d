import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";
import { readMigrationFiles } from "./migration-files.server";
import { historyColumns, pendingMigrations, toRecorded, type RecordedMigration } from "./migration-history.server";

export interface MigrateOptions {
  /** `file:` with a path, or `postgresql://`. */
  url: string;
  /** The folder that contains one folder of migrations for each database: `prisma/migrations`. */
  migrationsDir: string;
  /**
   * The built `cli/migrate.ts`. If given, a separate process applies pending migrations, so that its memory is
   * released: Prisma's engine would otherwise keep some 17 MB in the server.
   */
  helper?: string;
}

/** What `cli/migrate.ts` answers. */
export type HelperAnswer = { applied: string[] } | { error: string };

/**
 * Updates the database to this version. Called at every start.
 *
 * If nothing is pending, this takes one query with the plain driver, and Prisma's schema engine is not loaded. Any
 * number of processes may call it at once: one applies the migrations, the others wait. All pending migrations are one
 * transaction, so a start that fails or is killed changes nothing.
 *
 * @returns the names of the migrations that this call applied
 * @throws Error with a message for the operator, when an applied migration's file was changed, when the database holds
 * a migration that this version does not know or that never finished, or when a migration fails
 */
export async function applyMigrations(options: MigrateOptions): Promise<{ applied: string[] }> {
  const files = readMigrationFiles(path.join(options.migrationsDir, databaseKind(options.url)));
  const recorded = await readHistory(options.url);
  if (recorded && pendingMigrations(files, recorded).length === 0) return { applied: [] };

  if (options.helper) return { applied: await runHelper(options.helper, options) };
  const { migrateDatabase } = await import("./migrate-database.server");
  return { applied: await migrateDatabase(options.url, files) };
}

// Each driver is loaded only if its database is used.
const selectHistory = `SELECT ${historyColumns} FROM _prisma_migrations`;

/** The migrations recorded in the database; undefined if they cannot be read without the lock. */
async function readHistory(url: string): Promise<RecordedMigration[] | undefined> {
  return databaseKind(url) === "sqlite" ? readSqliteHistory(sqlitePath(url)) : readPostgresqlHistory(url);
}

async function readSqliteHistory(file: string): Promise<RecordedMigration[] | undefined> {
  if (!existsSync(file)) return [];
  const { default: Database } = await import("better-sqlite3");
  const database = new Database(file, { timeout: 0 });
  try {
    return database.prepare<[], unknown[]>(selectHistory).raw().all().map(toRecorded);
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (code === "SQLITE_ERROR") return []; // no such table
    if (code.startsWith("SQLITE_BUSY")) return undefined; // another process is migrating
    throw error;
  } finally {
    database.close();
  }
}

const undefinedTable = "42P01";

/** How long the server may take to answer, in milliseconds. */
const historyTimeoutMs = 10_000;

async function readPostgresqlHistory(url: string): Promise<RecordedMigration[]> {
  const [{ default: pg }, { BoundedClient, connectionOptions, limitsWithin }] = await Promise.all([
    import("pg"),
    import("~/core/data/postgresql/postgres-pool.server"),
  ]);
  const client = new BoundedClient(connectionOptions(url, limitsWithin(historyTimeoutMs)));
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: selectHistory, rowMode: "array" });
    return rows.map(toRecorded);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return [];
    throw error;
  } finally {
    await client.end();
  }
}

async function runHelper(helper: string, { url, migrationsDir }: MigrateOptions): Promise<string[]> {
  const child = fork(helper);
  // The URL may hold a password, and every user of the machine can read command lines.
  child.send({ url, migrationsDir } satisfies MigrateOptions);
  const ended = once(child, "exit");
  const [answer] = (await Promise.race([once(child, "message"), ended])) as [HelperAnswer | number | null];
  await ended;
  if (typeof answer !== "object" || answer === null) throw new Error("The migrations could not be applied.");
  if ("error" in answer) throw new Error(answer.error);
  return answer.applied;
}
