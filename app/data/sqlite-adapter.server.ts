import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";

/**
 * Prisma's adapter for SQLite, with one thing mended. It holds one connection, and lets any statement in while a
 * transaction is open on it: that statement would be acknowledged, and then be undone if the transaction, which is
 * somebody else's, fails. Here everybody waits for the end of a transaction, in the order of their coming.
 */
export class SerialSqlite extends PrismaBetterSqlite3 {
  override async connect(): Promise<SqlDriverAdapter> {
    return inTurns(await super.connect());
  }
}

function inTurns(adapter: SqlDriverAdapter): SqlDriverAdapter {
  let last = Promise.resolve();

  /** Waits for those who came before; the answer lets the next one in. */
  async function takeTurn(): Promise<() => void> {
    const before = last;
    let end = () => {};
    last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const end = await takeTurn();
    try {
      return await work();
    } finally {
      end();
    }
  }

  const { queryRaw, executeRaw, executeScript, startTransaction } = adapter;
  adapter.queryRaw = (query) => inTurn(() => queryRaw.call(adapter, query));
  adapter.executeRaw = (query) => inTurn(() => executeRaw.call(adapter, query));
  adapter.executeScript = (script) => inTurn(() => executeScript.call(adapter, script));
  adapter.startTransaction = async (isolationLevel) => {
    const end = await takeTurn();
    try {
      const transaction = await startTransaction.call(adapter, isolationLevel);
      const { commit, rollback } = transaction;
      transaction.commit = () => commit.call(transaction).finally(end);
      transaction.rollback = () => rollback.call(transaction).finally(end);
      return transaction;
    } catch (error) {
      end();
      throw error;
    }
  };
  return adapter;
}
