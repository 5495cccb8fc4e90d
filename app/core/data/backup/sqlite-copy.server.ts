import { constants, copyFileSync, existsSync, statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { historyColumns, toRecorded, type RecordedMigration } from "~/core/data/migrations/migration-history.server";
import { BackupError } from "./backup-error.server";

/** The contents of a copy that was found to be undamaged. */
export type Contents = Readonly<{ accounts: number; tasks: number; migrations: readonly RecordedMigration[] }>;

/** How long a backup waits for a program that is changing the file's structure, in milliseconds. */
const busyTimeoutMs = 30_000;

/**
 * Copies a database that may be in use, as it is at one moment, into one file: `VACUUM INTO` on a connection of its
 * own. In WAL mode this reads beside the writers: it neither blocks them nor has to start over.
 *
 * @param draft - an existing empty file
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
 * Copies a file that nobody writes to, byte by byte. If there is a log beside it, the copy includes the log's contents.
 *
 * @param draft - an existing empty file
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
 * Reads every page of a database, and counts its contents.
 *
 * @param name - the operator's name for the file
 * @throws {BackupError} if it is damaged or is not Holdfast's
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

/** Turns SQLite's error for an unreadable file into a sentence. Other errors stay unchanged. */
function asFault(error: unknown, name: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_NOTADB")) return new BackupError(`${name} is no backup of Holdfast, and no SQLite file.`);
  if (code.startsWith("SQLITE_CORRUPT")) return new BackupError(`${name} is damaged, or only a part of a file.`);
  return error;
}
