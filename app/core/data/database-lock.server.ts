import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Database } from "better-sqlite3";
import { giveToOwnerOf, realPath } from "./data-folder.server";
import { databaseKind, sqlitePath } from "./database-url.server";

/**
 * Locks that tell who uses a SQLite database: any number of programs that work on it, or one that replaces its file.
 *
 * They are SQLite's own locks on an empty file beside the database. The kernel releases them when the process ends,
 * however it ends. Unlike locks on the database itself, they can be taken while the database is damaged or missing.
 * Nothing is ever written into the file.
 */
const lockOf = (file: string) => `${realPath(file)}.lock`;

/** The connection that holds this process's lock. Kept here, because a connection without references is closed. */
let held: Database | undefined;

/**
 * Marks the database as used by this process until it ends. Does nothing on PostgreSQL, whose server knows its clients.
 *
 * @throws Error while the database's file is being replaced
 */
export async function holdDatabase(url: string): Promise<void> {
  if (databaseKind(url) === "postgresql") return;
  // A read transaction that stays open holds the shared lock.
  held = await lock(sqlitePath(url), "BEGIN; SELECT name FROM sqlite_master");
  if (!held) throw new Error("a restore is under way on this database. Start again when it is done.");
}

/**
 * Keeps all other processes from using the database.
 *
 * @returns a function that releases the lock; undefined if another process uses the database
 */
export async function claimDatabase(file: string): Promise<(() => void) | undefined> {
  const connection = await lock(file, "BEGIN EXCLUSIVE");
  return connection && (() => void connection.close());
}

async function lock(file: string, statements: string): Promise<Database | undefined> {
  const { default: Sqlite } = await import("better-sqlite3");
  const place = lockOf(file);
  const folder = path.dirname(place);
  mkdirSync(folder, { recursive: true });
  let connection: Database | undefined;
  try {
    connection = new Sqlite(place, { timeout: 0 });
    connection.exec(statements);
    giveToOwnerOf(place, folder);
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) return undefined;
    throw new Error(`${place} cannot be locked: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
