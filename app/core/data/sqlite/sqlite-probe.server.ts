import type { Database } from "better-sqlite3";
import { databaseFile } from "./database-file.server";
import type { Probe } from "~/core/data/probe";

/** More pages than the connection may keep in memory: they are written to the log, which a commit would make good. */
const pagesInMemory = 4;
const bytes = 40_000;
const moreBytes = 400_000;

/**
 * Whether a SQLite database can be written: begins to write, so that the disk has to take it, and undoes it. The next
 * writer writes over it.
 */
export async function sqliteProbe(file: string): Promise<Probe> {
  const { default: Sqlite } = await import("better-sqlite3");
  const identity = databaseFile(file);
  let connection: Database | undefined;

  function connect(): Database {
    const opened = new Sqlite(file, { timeout: 0, fileMustExist: true });
    opened.pragma(`cache_size = ${pagesInMemory}`);
    // Never moves the log into the file: that is for whoever writes.
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
