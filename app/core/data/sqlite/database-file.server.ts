import { renameSync, statSync } from "node:fs";
import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQueryable } from "@prisma/driver-adapter-utils";
import { DatabaseUnavailable } from "~/core/data/unavailable.server";

/**
 * A process goes on writing into a file that was deleted or replaced under it, and all of it is lost when it ends. So
 * whoever uses a SQLite database looks whether the files at its path are still the ones that are open.
 */
class DatabaseFile {
  /** Device and number of each file as it was first seen; the log is made with the first statement. */
  #seen = new Map<string, string>();

  readonly #log: string;

  /** @param file - path of the database */
  constructor(private readonly file: string) {
    this.#log = `${file}-wal`;
  }

  /** @throws {DatabaseUnavailable} if a file is another one than it was, or none; until it is there again */
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
   * For the end of the process: another database is at the path, and our log beside it, which whoever opens that database
   * next would take for its own and write into it.
   */
  leaveAlone(): void {
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

/** The file of a database that this process has open: one for all who ask. */
export function databaseFile(file: string): DatabaseFile {
  const known = files.get(file) ?? new DatabaseFile(file);
  files.set(file, known);
  return known;
}

/** An adapter's factory each of whose statements is refused, or at least not acknowledged, when the file is not there. */
export function onFile(factory: SqlDriverAdapterFactory, path: string): SqlDriverAdapterFactory {
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
    // Its end is a statement as well.
    checkStatements(transaction, file);
    return transaction;
  };
  return adapter;
}

function checkStatements(adapter: SqlQueryable, file: DatabaseFile): void {
  const { queryRaw, executeRaw } = adapter;
  // Before, so that nothing is written; and after, so that nothing counts as written.
  adapter.queryRaw = async (query) => {
    file.check();
    const answer = await queryRaw.call(adapter, query);
    file.check();
    return answer;
  };
  adapter.executeRaw = async (query) => {
    // What is undone is undone either way.
    if (query.sql === "ROLLBACK") return executeRaw.call(adapter, query);
    file.check();
    const answer = await executeRaw.call(adapter, query);
    file.check();
    return answer;
  };
}
