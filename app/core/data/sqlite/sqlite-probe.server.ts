import type { Database } from "better-sqlite3";
import { databaseFile } from "./database-file.server";
import type { Probe } from "~/core/data/probe";

/** So few pages fit into memory that the connection has to write them to the log before the commit. */
const pagesInMemory = 4;
const bytes = 40_000;
const moreBytes = 400_000;

/**
 * Checks whether a SQLite database can be written: starts a write, so that the disk has to accept it, and undoes it.
 * The next writer overwrites it.
 */
export async function sqliteProbe(file: string): Promise<Probe> {
  const { default: Sqlite } = await import("better-sqlite3");
  const identity = databaseFile(file);
  let connection: Database | undefined;

  function connect(): Database {
    const opened = new Sqlite(file, { timeout: 0, fileMustExist: true });
    opened.pragma(`cache_size = ${pagesInMemory}`);
    // Never moves the log into the file; the writers do that.
    opened.pragma("wal_autocheckpoint = 0");
    return opened;
  }

  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the driver waits for nothing
    async check(thorough) {
      identity.check();
      const database = (connection ??= connect());
      database.exec("BEGIN IMMEDIATE");
      try {
        const key = "x".repeat(thorough ? moreBytes : bytes);
        database.prepare("INSERT INTO rate_limits (key, points, resets_at) VALUES (?, 0, 0)").run(key);
      } finally {
        if (database.inTransaction) database.exec("ROLLBACK");
      }
    },
    drop() {
      connection?.close();
      connection = undefined;
    },
  };
}
