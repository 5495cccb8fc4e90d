import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import type { SqlDriverAdapter, SqlQuery, Transaction } from "@prisma/driver-adapter-utils";
import { setTimeout as sleep } from "node:timers/promises";
import { asideMark } from "./aside-mark";
import { timeLeft } from "~/core/data/deadline.server";
import { lockPatienceMs } from "./lock-patience";
import type { SqliteWorkers } from "./sqlite-workers.server";

/** The longest pause between two tries for the lock, in milliseconds. A try that fails costs some hundredths of one. */
const longestPauseMs = 10;

/**
 * Prisma's adapter for SQLite, with two things mended (decision 5).
 *
 * It holds one connection, and lets any statement in while a transaction is open on it: that statement would be
 * acknowledged, and then be undone if the transaction, which is somebody else's, fails. Here everybody waits for the end
 * of a transaction.
 *
 * And SQLite waits for another program's lock by holding the whole process up. Here it never waits: what is refused is
 * tried again after a pause, for five seconds. Writes are tried in the order of their coming; reads need no lock that a
 * writer holds, and pass.
 */
export class SerialSqlite extends PrismaBetterSqlite3 {
  /** @param options.workers - where statements run that are marked as long; on this connection without them */
  constructor(private readonly options: { url: string; workers?: SqliteWorkers }) {
    super({ url: options.url, timeout: 0 });
  }

  override async connect(): Promise<SqlDriverAdapter> {
    const adapter = inTurns(await super.connect());
    return this.options.workers ? withWorkers(adapter, this.options.workers) : adapter;
  }
}

/** Sends the statements that are marked as long to threads of their own. */
function withWorkers(adapter: SqlDriverAdapter, workers: SqliteWorkers): SqlDriverAdapter {
  const { queryRaw, executeRaw, dispose } = adapter;
  const isLong = ({ sql }: SqlQuery) => sql.startsWith(asideMark);
  adapter.queryRaw = (query) => (isLong(query) ? workers.queryRaw(query) : queryRaw(query));
  adapter.executeRaw = (query) => (isLong(query) ? workers.executeRaw(query) : executeRaw(query));
  // The process's own connection is the last one, which folds the write-ahead log back into the file.
  adapter.dispose = () => workers.close().then(() => dispose.call(adapter));
  return adapter;
}

/** One connection's statements. The adapter runs each of them to its end at once, so that they cannot mix. */
function inTurns(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const { queryRaw, executeRaw, executeScript } = adapter;
  /** Resolves when the open transaction has ended. */
  let open: Promise<void> | undefined;
  let lastWriter = Promise.resolve();

  async function read<Result>(run: () => Promise<Result>): Promise<Result> {
    const patience = new Patience();
    for (;;) {
      while (open) await open;
      try {
        return await run();
      } catch (error) {
        await patience.afterwards(error);
      }
    }
  }

  /** Waits for the writers that came before; the answer lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const before = lastWriter;
    let end = () => {};
    lastWriter = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }

  async function write<Result>(run: () => Promise<Result>): Promise<Result> {
    const patience = new Patience();
    const end = await takeTurn();
    try {
      return await patience.with(run);
    } finally {
      end();
    }
  }

  adapter.queryRaw = (query) => (onlyReads(query) ? read : write)(() => queryRaw.call(adapter, query));
  adapter.executeRaw = (query) => write(() => executeRaw.call(adapter, query));
  adapter.executeScript = (script) => write(() => executeScript.call(adapter, script));

  /** The lock is taken at the start, before anything was done: a transaction that has begun never waits. */
  adapter.startTransaction = async () => {
    const patience = new Patience();
    const endTurn = await takeTurn();
    try {
      await patience.with(() => executeRaw.call(adapter, statement("BEGIN IMMEDIATE")));
    } catch (error) {
      endTurn();
      throw error;
    }
    let ended = () => {};
    open = new Promise((resolve) => (ended = resolve));
    return openTransaction(adapter, { queryRaw, executeRaw }, () => {
      open = undefined;
      ended();
      endTurn();
    });
  };
  return adapter;
}

/** A transaction that is open on the adapter's connection; the client itself says COMMIT and ROLLBACK. */
function openTransaction(
  adapter: SqlDriverAdapter,
  { queryRaw, executeRaw }: Pick<SqlDriverAdapter, "queryRaw" | "executeRaw">,
  end: () => void,
): Transaction {
  const execute = (query: SqlQuery) => executeRaw.call(adapter, query);
  const savepoint = async (sql: string) => void (await execute(statement(sql)));
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    options: { usePhantomQuery: false },
    queryRaw: (query) => queryRaw.call(adapter, query),
    executeRaw: execute,
    createSavepoint: (name) => savepoint(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => savepoint(`ROLLBACK TO ${name}`),
    releaseSavepoint: (name) => savepoint(`RELEASE SAVEPOINT ${name}`),
    commit() {
      end();
      return Promise.resolve();
    },
    async rollback() {
      // Called as well after a COMMIT that failed, on a full disk for example, and then the transaction is still open.
      await execute(statement("ROLLBACK")).catch(() => undefined);
      end();
    },
  };
}

const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });

/** A statement that begins otherwise may be a read as well; it then waits in the line of the writers for nothing. */
const onlyReads = ({ sql }: SqlQuery) => /^\s*(\/\*.*?\*\/\s*)?SELECT\b/i.test(sql);

/** Tries again and again what another program's lock prevents, as long as it makes sense. */
class Patience {
  readonly #until = performance.now() + Math.min(lockPatienceMs, timeLeft());
  #pause = 1;

  async with<Result>(run: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        await this.afterwards(error);
      }
    }
  }

  /**
   * Waits after a try that failed.
   *
   * @throws the error itself if it is another than a lock's, or the time is up
   */
  async afterwards(error: unknown): Promise<void> {
    if (!isBusy(error) || performance.now() >= this.#until) throw error;
    await sleep(this.#pause);
    this.#pause = Math.min(longestPauseMs, this.#pause * 2);
  }
}

/** Was a statement of SQLite refused because of another connection's lock? It has then done nothing. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    typeof cause === "object" &&
    cause !== null &&
    "originalCode" in cause &&
    String(cause.originalCode).startsWith("SQLITE_BUSY")
  );
}
