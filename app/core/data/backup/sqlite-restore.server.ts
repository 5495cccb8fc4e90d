import { existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { Database } from "better-sqlite3";
import { giveToOwnerOf, realPath } from "~/core/data/data-folder.server";
import { claimDatabase } from "~/core/data/database-lock.server";
import type { MigrationFile } from "~/core/data/migrations/migration-files.server";
import { BackupError, inWords } from "./backup-error.server";
import { makeCheckedCopy, type CopyTools } from "./copy-helper.server";
import { sync, withDraft } from "./draft.server";
import { asideName, missingFrom, type Restored } from "./outcome.server";

export type Restoring = Readonly<{ backup: string; database: string; migrations: MigrationFile[] }>;

/**
 * Replaces a SQLite database with a backup. The previous file is kept beside it under another name. Nothing is changed
 * until the backup has been checked, and at every moment there is a complete file.
 *
 * @param options.migrations - the migrations of this version
 * @throws {BackupError} if the database is in use, or if the backup is damaged, of a newer version or not Holdfast's
 */
export async function restoreSqlite(options: Restoring, tools: CopyTools): Promise<Restored> {
  const place = realPath(options.database);
  if (realPath(options.backup) === place) throw new BackupError(`${place} is the database itself.`);
  mkdirSync(path.dirname(place), { recursive: true });
  const release = await claimDatabase(place);
  if (!release) throw inUse(place);
  try {
    const old = await takeOver(place);
    try {
      return await replace(place, old, options, tools);
    } finally {
      old?.close();
    }
  } finally {
    release();
  }
}

async function replace(
  place: string,
  old: Database | undefined,
  { backup, migrations }: Restoring,
  tools: CopyTools,
): Promise<Restored> {
  return withDraft(place, async ({ draft, folder }) => {
    const contents = await makeCheckedCopy({ how: "whole", source: backup, draft }, tools);
    const isOlder = missingFrom(backup, contents.migrations, migrations).length > 0;
    try {
      giveToOwnerOf(draft, existsSync(place) ? place : folder);
      sync(draft);
      const kept = moveAside(place, old);
      renameSync(draft, place);
      sync(folder);
      return { accounts: contents.accounts, tasks: contents.tasks, isOlder, kept };
    } catch (error) {
      throw new BackupError(inWords(error, folder), { cause: error });
    }
  });
}

const inUse = (place: string) =>
  new BackupError(`${place} is in use. Stop the server, and every other program that has it open, first.`);

/**
 * Locks the database itself, because other programs do not know the lock file beside it.
 *
 * @returns the connection that holds the lock; undefined if there is no database, or if it is too damaged to be locked
 */
async function takeOver(place: string): Promise<Database | undefined> {
  if (!existsSync(place)) return undefined;
  const { default: Sqlite } = await import("better-sqlite3");
  const connection = new Sqlite(place, { timeout: 0 });
  try {
    connection.pragma("locking_mode = EXCLUSIVE");
    connection.exec("BEGIN EXCLUSIVE; COMMIT");
    return connection;
  } catch (error) {
    connection.close();
    const code = error instanceof Sqlite.SqliteError ? error.code : "";
    if (code.startsWith("SQLITE_BUSY")) throw inUse(place);
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return undefined;
    throw new BackupError(inWords(error, path.dirname(place)), { cause: error });
  }
}

/** Renames the database and its other files, and returns the new name. */
function moveAside(place: string, old: Database | undefined): string | undefined {
  // Moves the log into the file. If the database is too damaged for that, the log is kept beside it.
  old?.pragma("wal_checkpoint(TRUNCATE)");
  const aside = `${place}.${asideName()}`;
  // SQLite would take the old database's log or journal for the new one's.
  for (const suffix of ["-wal", "-journal"]) {
    const size = statSync(place + suffix, { throwIfNoEntry: false })?.size;
    if (size) renameSync(place + suffix, aside + suffix);
    else rmSync(place + suffix, { force: true });
  }
  rmSync(`${place}-shm`, { force: true });
  if (!existsSync(place)) return undefined;
  try {
    linkSync(place, aside);
  } catch {
    // The file system has no hard links.
    renameSync(place, aside);
  }
  return aside;
}
