import { constants, copyFileSync, existsSync, statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { historyColumns, toRecorded, type RecordedMigration } from "~/core/data/migrations/migration-history.server";
import { BackupError } from "./backup-error.server";

/** What is in a copy that was found to be whole. */
export type Contents = Readonly<{ accounts: number; tasks: number; migrations: readonly RecordedMigration[] }>;

/** How long a backup waits for whoever changes the file's structure at this moment. */
const busyTimeoutMs = 30_000;

/**
 * Copies a database that may be in use: as it is at one moment, in one file, by `VACUUM INTO` on a connection of its
 * own. In WAL mode that reads beside every writer: it holds nobody up and nothing makes it start over.
 *
 * @param draft - an empty file that is there
 */
export async function snapshot(source: string, draft: string): Promise<void> {
  const connection = await open(source, { readonly: true });
  try {
    connection.prepare("VACUUM INTO ?").run(draft);
  } catch (error) {
    throw asFault(error, source);
  } finally {
    connection.close();
  }
}

/**
 * Copies a file that nobody writes to, byte by byte; with the log beside it, if there is one, folded in.
 *
 * @param draft - an empty file that is there
 */
export async function copyWhole(source: string, draft: string): Promise<void> {
  copyFileSync(source, draft, constants.COPYFILE_FICLONE);
  const log = `${source}-wal`;
  if (existsSync(log) && statSync(log).size > 0) copyFileSync(log, `${draft}-wal`);
  const connection = await open(draft);
  try {
    connection.pragma("journal_mode = DELETE");
  } catch (error) {
    throw asFault(error, source);
  } finally {
    connection.close();
  }
}

/**
 * Reads every page of a database, and what it holds.
 *
 * @param name - what the operator calls the file
 * @throws {BackupError} if it is damaged, or none of Holdfast's
 */
export async function inspect(file: string, name: string): Promise<Contents> {
  const connection = await open(file, { readonly: true });
  try {
    const fault = faultOf(connection);
    if (fault) throw new BackupError(`${name} is damaged: ${fault}.`);
    const migrations = readMigrations(connection);
    if (migrations.length === 0) throw new BackupError(`${name} is a database, but none of Holdfast's.`);
    return { accounts: count(connection, "users"), tasks: count(connection, "tasks"), migrations };
  } catch (error) {
    throw error instanceof BackupError ? error : asFault(error, name);
  } finally {
    connection.close();
  }
}

async function open(file: string, options: { readonly?: boolean } = {}): Promise<Database> {
  const { default: Sqlite } = await import("better-sqlite3");
  return new Sqlite(file, { ...options, fileMustExist: true, timeout: busyTimeoutMs });
}

function faultOf(connection: Database): string | undefined {
  const [first] = connection.prepare("PRAGMA integrity_check").pluck().all() as string[];
  if (first !== "ok") return first;
  const [orphan] = connection.prepare("PRAGMA foreign_key_check").pluck().all() as string[];
  return orphan && `rows of ${orphan} refer to rows that are not there`;
}

function readMigrations(connection: Database): RecordedMigration[] {
  const isThere = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'").get();
  if (!isThere) return [];
  return (connection.prepare(`SELECT ${historyColumns} FROM _prisma_migrations`).raw().all() as unknown[][]).map(
    toRecorded,
  );
}

const count = (connection: Database, table: string) =>
  Number(connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

/** SQLite's word for a file that it cannot make sense of, as a sentence; other errors stay as they are. */
function asFault(error: unknown, name: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_NOTADB")) return new BackupError(`${name} is no backup of Holdfast, and no SQLite file.`);
  if (code.startsWith("SQLITE_CORRUPT")) return new BackupError(`${name} is damaged, or only a part of a file.`);
  return error;
}
