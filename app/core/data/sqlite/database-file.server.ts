import { renameSync, statSync } from "node:fs";
import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQueryable } from "@prisma/driver-adapter-utils";
import { DatabaseUnavailable } from "~/core/data/unavailable.server";

/**
 * Watches the files of a SQLite database. A process continues to write into a file that was deleted or replaced, and
 * everything written there is lost when the process ends. So every statement checks that the files at the path are
 * still the ones that are open.
 */
class DatabaseFile {
  /** The device and inode of each file when it was first seen. The first statement creates the log. */
  #seen = new Map<string, string>();

  readonly #log: string;

  /** @param file - path of the database */
  constructor(private readonly file: string) {
    this.#log = `${file}-wal`;
  }

  /** @throws {DatabaseUnavailable} if a file is missing or was replaced, until the original is back */
  check(): void {
    for (const file of [this.file, this.#log]) {
      const identity = identityOf(file);
      const known = this.#seen.get(file);
      if (known === undefined) {
        if (identity) this.#seen.set(file, identity);
      } else if (identity !== known) {
        throw new DatabaseUnavailable(
          "file deleted or replaced",
          `${file} is not the file that is open: put that one back, or start again`,
        );
      }
    }
  }

  /**
   * Called at the end of the process. If another database is at the path now, our log must not stay beside it: the next
   * program to open that database would take the log for its own and write it into the database.
   */
  setLogAside(): void {
    const now = identityOf(this.file);
    const isOther = now !== undefined && now !== this.#seen.get(this.file);
    const log = identityOf(this.#log);
    if (isOther && log !== undefined && log === this.#seen.get(this.#log))
      renameSync(this.#log, `${this.#log}.of-replaced-${Date.now()}`);
  }
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

const files = new Map<string, DatabaseFile>();

/** The watcher of a database's file, shared by everything in this process. */
export function databaseFile(file: string): DatabaseFile {
  const known = files.get(file) ?? new DatabaseFile(file);
  files.set(file, known);
  return known;
}

/**
 * Wraps an adapter's factory: when the file is missing or replaced, statements are refused, or at least not
 * acknowledged.
 */
export function withFileCheck(factory: SqlDriverAdapterFactory, path: string): SqlDriverAdapterFactory {
  const file = databaseFile(path);
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => checked(await factory.connect(), file),
  };
}

function checked(adapter: SqlDriverAdapter, file: DatabaseFile): SqlDriverAdapter {
  checkStatements(adapter, file);
  const { startTransaction } = adapter;
  adapter.startTransaction = async (isolationLevel) => {
    file.check();
    const transaction = await startTransaction.call(adapter, isolationLevel);
    // COMMIT is a statement as well, and is checked like the others.
    checkStatements(transaction, file);
    return transaction;
  };
  return adapter;
}

function checkStatements(adapter: SqlQueryable, file: DatabaseFile): void {
  const { queryRaw, executeRaw } = adapter;
  // The check before keeps the statement from writing; the check after keeps a lost write from being acknowledged.
  adapter.queryRaw = async (query) => {
    file.check();
    const answer = await queryRaw.call(adapter, query);
    file.check();
    return answer;
  };
  adapter.executeRaw = async (query) => {
    // A rollback has the same effect whether or not the file is there.
    if (query.sql === "ROLLBACK") return executeRaw.call(adapter, query);
    file.check();
    const answer = await executeRaw.call(adapter, query);
    file.check();
    return answer;
  };
}
