import pg from "pg";
import { timeLeft } from "~/core/data/deadline.server";
import { DatabaseUnavailable } from "~/core/data/unavailable.server";

/**
 * Connections to PostgreSQL on which nobody waits for ever, and none of which can end the process.
 */

/** How long what may be waited for, in milliseconds. */
export type PostgresLimits = Readonly<{
  /** For a connection: a new one, or one that others use. */
  connectMs: number;
  /** For a lock. */
  lockMs: number;
  /** For a statement, by the server's clock; it is cancelled then, and the connection is still good. */
  statementMs: number;
  /** For the answer to a statement, by ours: a server that is frozen, or gone without a word, cancels nothing. */
  answerMs: number;
}>;

/** Limits under which nobody waits longer than that, and what the server notices itself it tells in time. */
export function limitsWithin(milliseconds: number): PostgresLimits {
  const half = Math.ceil(milliseconds / 2);
  return {
    connectMs: half,
    lockMs: half,
    statementMs: Math.ceil(milliseconds * 0.9),
    answerMs: milliseconds,
  };
}

const tooSlow = (what: string) => new DatabaseUnavailable("too slow", what);

/** A connection that has broken off tells its statements; what it says besides is of no interest. */
const ignore = () => undefined;

/** How a client is connected, whatever its URL says besides. */
export const connectionOptions = (url: string, limits: PostgresLimits) => ({
  connectionString: url,
  connectionTimeoutMillis: limits.connectMs,
  statement_timeout: limits.statementMs,
  lock_timeout: limits.lockMs,
  // A process that was stopped in the middle of a transaction must not keep its locks.
  idle_in_transaction_session_timeout: limits.answerMs * 2,
  query_timeout: limits.answerMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
});

/** How the driver's own pool asks. */
type Callback = (error: unknown, answer?: pg.QueryResult) => void;

/**
 * A client that has a listener for its errors from the first moment: one without ends the process, and between two
 * listeners of the pool there is none. An answer that does not come in time ends the connection, for whatever would be
 * sent next would wait behind it.
 */
export class BoundedClient extends pg.Client {
  /** Was the connection broken off because an answer did not come? */
  abandoned = false;

  constructor(config: pg.ClientConfig) {
    super(config);
    this.on("error", ignore);
    const answerMs = Number(config.query_timeout) || Infinity;
    // Looked up at every statement, so that whoever counts statements at the driver's door counts these too.
    const send = (asked: pg.QueryConfig) => super.query(asked) as unknown as Promise<pg.QueryResult>;
    const ask = async (asked: pg.QueryConfig): Promise<pg.QueryResult> => {
      const left = Math.min(answerMs, timeLeft());
      // What is open on the connection, such as a transaction, must not stay open.
      if (left <= 0) this.abandon();
      if (left <= 0) throw tooSlow("no time is left for a statement");
      try {
        return await send(Number.isFinite(left) ? Object.assign(asked, { query_timeout: Math.ceil(left) }) : asked);
      } catch (error) {
        if (error instanceof Error && error.message === "Query read timeout") this.abandon();
        throw error;
      }
    };
    const query = (text: string | pg.QueryConfig, values?: unknown[], callback?: Callback) => {
      const asked = typeof text === "string" ? { text, values } : text;
      if (!callback) return ask(asked);
      ask(asked).then((answer) => callback(undefined, answer), callback);
    };
    this.query = query as typeof this.query;
  }

  /** Is a transaction open, or one that failed and was not undone? */
  isInTransaction(): boolean {
    const { _txStatus: status } = this as unknown as { _txStatus: string | null };
    return status !== null && status !== "I";
  }

  /** Breaks the connection off, without a word to a server that may not listen. */
  abandon(): void {
    this.abandoned = true;
    const { connection } = this as unknown as { connection: { stream: { destroy: () => void } } };
    connection.stream.destroy();
  }
}

/** A client of the pool, and how many dead ones had been found when it was connected. */
type Pooled = pg.PoolClient & BoundedClient & { generation: number };

/**
 * A pool of such clients. Whoever waits for one of them waits for the database. Once an answer has not come in time, all
 * connections that were made before are given up before their next use: they lead to the same server.
 */
export class BoundedPool extends pg.Pool {
  constructor(url: string, limits: PostgresLimits, size: number) {
    // The pool makes its clients with these options; its types know of none.
    const Client = BoundedClient as unknown as pg.PoolConfig["Client"];
    // One stays for good: a restore refuses while somebody is connected, and so sees a server that has nothing to do.
    super({ ...connectionOptions(url, limits), max: size, min: 1, Client });
    let generation = 0;
    this.on("error", ignore);
    this.on("connect", (client) => Object.assign(client, { generation }));
    this.on("remove", (client) => {
      if ((client as Pooled).abandoned) generation++;
    });
    // Whoever came next on it would write into a transaction that nobody commits.
    this.on("release", (_error, client) => {
      if ((client as Pooled).isInTransaction()) (client as Pooled).abandon();
    });

    const take = this.connect.bind(this) as () => Promise<Pooled>;
    const connect = async (): Promise<Pooled> => {
      for (;;) {
        const client = await inTime(Math.min(limits.connectMs, timeLeft()), take);
        if (client.generation === generation) return client;
        client.release(true);
      }
    };
    const query = async (asked: pg.QueryConfig): Promise<pg.QueryResult> => {
      const client = await connect();
      let isGood = false;
      try {
        const answer = await client.query(asked);
        isGood = true;
        return answer;
      } catch (error) {
        // A statement that the server refused; all else is said of a connection.
        isGood = error instanceof pg.DatabaseError && error.severity === "ERROR";
        throw error;
      } finally {
        client.release(!isGood);
      }
    };
    this.connect = connect as typeof this.connect;
    this.query = query as typeof this.query;
  }
}

/** Waits for a connection. One that comes too late goes back. */
async function inTime(milliseconds: number, take: () => Promise<Pooled>): Promise<Pooled> {
  if (milliseconds <= 0) throw tooSlow("no time is left for a connection");
  const taking = take();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      taking.then((client) => client.release(), ignore);
      reject(tooSlow("no connection in time"));
    }, milliseconds);
  });
  return Promise.race([taking, late]).finally(() => clearTimeout(timer));
}
