import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import type { SqlDriverAdapter, SqlQuery, Transaction } from "@prisma/driver-adapter-utils";
import { setTimeout as sleep } from "node:timers/promises";
import { asideMark } from "./aside-mark";
import { timeLeft } from "~/core/data/deadline.server";
import { lockPatienceMs } from "./lock-patience";
import type { SqliteWorkers } from "./sqlite-workers.server";

/**
 * The longest pause between two attempts to get the lock, in milliseconds. A failed attempt takes some hundredths of a
 * millisecond.
 */
const longestPauseMs = 10;

/**
 * Prisma's adapter for SQLite, with two corrections (decision 5).
 *
 * Prisma's adapter holds one connection and runs any statement on it while somebody else's transaction is open. Such a
 * statement would be acknowledged, and undone if that transaction fails. Here all other statements wait until the
 * transaction has ended.
 *
 * SQLite itself blocks the whole process while it waits for another program's lock. Here it never waits: a refused
 * statement is tried again after a pause, for up to five seconds. Writes are tried in the order in which they came.
 * Reads pass, because they need no lock that a writer holds.
 */
export class SerialSqlite extends PrismaBetterSqlite3 {
  /** @param options.workers - runs the statements that are marked as long; without it they run on this connection */
  constructor(private readonly options: { url: string; workers?: SqliteWorkers }) {
    super({ url: options.url, timeout: 0 });
  }

  override async connect(): Promise<SqlDriverAdapter> {
    const adapter = inTurns(await super.connect());
    return this.options.workers ? withWorkers(adapter, this.options.workers) : adapter;
  }
}

/** Sends the statements that are marked as long to other threads. */
function withWorkers(adapter: SqlDriverAdapter, workers: SqliteWorkers): SqlDriverAdapter {
  const { queryRaw, executeRaw, dispose } = adapter;
  const isLong = ({ sql }: SqlQuery) => sql.startsWith(asideMark);
  adapter.queryRaw = (query) => (isLong(query) ? workers.queryRaw(query) : queryRaw(query));
  adapter.executeRaw = (query) => (isLong(query) ? workers.executeRaw(query) : executeRaw(query));
  // The main connection closes last, because the last one moves the write-ahead log into the file.
  adapter.dispose = () => workers.close().then(() => dispose.call(adapter));
  return adapter;
}

/**
 * Orders the statements of one connection. The adapter runs each statement synchronously to its end, so they cannot
 * overlap.
 */
function inTurns(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const { queryRaw, executeRaw, executeScript } = adapter;
  /** Resolves when the open transaction has ended. */
  let open: Promise<void> | undefined;
  let lastWriter = Promise.resolve();

  async function read<Result>(run: () => Promise<Result>): Promise<Result> {
    const retry = new LockRetry();
    for (;;) {
      while (open) await open;
      try {
        return await run();
      } catch (error) {
        await retry.pauseAfter(error);
      }
    }
  }

  /** Waits for the earlier writers. The returned function lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const before = lastWriter;
    let end = () => {};
    lastWriter = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }

  async function write<Result>(run: () => Promise<Result>): Promise<Result> {
    const retry = new LockRetry();
    const end = await takeTurn();
    try {
      return await retry.run(run);
    } finally {
      end();
    }
  }

  adapter.queryRaw = (query) => (onlyReads(query) ? read : write)(() => queryRaw.call(adapter, query));
  adapter.executeRaw = (query) => write(() => executeRaw.call(adapter, query));
  adapter.executeScript = (script) => write(() => executeScript.call(adapter, script));

  /** Takes the lock before anything is done, so a transaction that has started never waits. */
  adapter.startTransaction = async () => {
    const retry = new LockRetry();
    const endTurn = await takeTurn();
    try {
      await retry.run(() => executeRaw.call(adapter, statement("BEGIN IMMEDIATE")));
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

/** A transaction that is open on the adapter's connection. The client itself sends COMMIT and ROLLBACK. */
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
      // Also called after a COMMIT that failed, for example on a full disk. The transaction is then still open.
      await execute(statement("ROLLBACK")).catch(() => undefined);
      end();
    },
  };
}

const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });

/** A read that starts differently is treated as a write: it waits in the queue without need, which does no harm. */
const onlyReads = ({ sql }: SqlQuery) => /^\s*(\/\*.*?\*\/\s*)?SELECT\b/i.test(sql);

/** Retries a statement that another program's lock prevents, until the time is up. */
class LockRetry {
  readonly #until = performance.now() + Math.min(lockPatienceMs, timeLeft());
  #pause = 1;

  async run<Result>(run: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        await this.pauseAfter(error);
      }
    }
  }

  /**
   * Waits after a failed attempt.
   *
   * @throws the error itself if it was not caused by a lock, or if the time is up
   */
  async pauseAfter(error: unknown): Promise<void> {
    if (!isBusy(error) || performance.now() >= this.#until) throw error;
    await sleep(this.#pause);
    this.#pause = Math.min(longestPauseMs, this.#pause * 2);
  }
}

/** Whether SQLite refused a statement because of another connection's lock. Such a statement has changed nothing. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    typeof cause === "object" &&
    cause !== null &&
    "originalCode" in cause &&
    String(cause.originalCode).startsWith("SQLITE_BUSY")
  );
}
