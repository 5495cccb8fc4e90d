import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Database } from "better-sqlite3";
import { belongWith, realPath } from "./data-folder.server";
import { databaseKind, sqlitePath } from "./database-url.server";

/**
 * Who is at work on a SQLite database: programs that use it, any number, or the one that replaces its file.
 *
 * They keep each other out by SQLite's locks on an empty file beside the database. Those are the kernel's and end with
 * the process, however it ends; and unlike locks on the database itself they can be asked for while that is damaged,
 * or not there. Nothing is ever written into the file.
 */
const lockOf = (file: string) => `${realPath(file)}.lock`;

/** Whose lock this process holds; a connection that nobody refers to is closed. */
let held: Database | undefined;

/**
 * Says that this process uses the database, until it ends. Does nothing on PostgreSQL, whose server knows its clients.
 *
 * @throws Error while the database's file is being replaced
 */
export async function holdDatabase(url: string): Promise<void> {
  if (databaseKind(url) === "postgresql") return;
  // A read transaction that is never finished.
  held = await lock(sqlitePath(url), "BEGIN; SELECT name FROM sqlite_master");
  if (!held) throw new Error("a restore is under way on this database. Start again when it is done.");
}

/**
 * Keeps everybody else from using the database.
 *
 * @returns what ends that; undefined if somebody uses it
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
    belongWith(place, folder);
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) return undefined;
    throw new Error(`${place} cannot be locked: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
