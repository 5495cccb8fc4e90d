import pg from "pg";
import { timeLeft } from "~/core/data/deadline.server";
import { DatabaseUnavailable } from "~/core/data/unavailable.server";

/** Connections to PostgreSQL with a limit on every wait, whose errors never end the process. */

/** The longest waits, in milliseconds. */
export type PostgresLimits = Readonly<{
  /** For a connection: a new one, or one that is in use. */
  connectMs: number;
  /** For a lock. */
  lockMs: number;
  /** For a statement, by the server's clock. The server then cancels it, and the connection stays usable. */
  statementMs: number;
  /** For the answer to a statement, by this process's clock, because a frozen or vanished server cancels nothing. */
  answerMs: number;
}>;

/**
 * Limits that keep every wait below a total. The server's own limits are shorter, so that its error still arrives in
 * time.
 */
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

/** A broken connection also makes its statements fail, so its own event can be ignored. */
const ignore = () => undefined;

/** The options of every client; they override those in the URL. */
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

/** The callback that the driver's own pool passes. */
type Callback = (error: unknown, answer?: pg.QueryResult) => void;

/**
 * A client that listens for errors from the start. A client without a listener would end the process, and the pool has
 * none between its two own. If an answer does not come in time, the client closes the connection, because the next
 * statement would wait behind the lost one.
 */
export class BoundedClient extends pg.Client {
  /** Whether the connection was closed because an answer did not come in time. */
  abandoned = false;

  constructor(config: pg.ClientConfig) {
    super(config);
    this.on("error", ignore);
    const answerMs = Number(config.query_timeout) || Infinity;
    // Looked up at every statement, so that code which counts statements at the driver counts these too.
    const send = (asked: pg.QueryConfig) => super.query(asked) as unknown as Promise<pg.QueryResult>;
    const ask = async (asked: pg.QueryConfig): Promise<pg.QueryResult> => {
      const left = Math.min(answerMs, timeLeft());
      // Closes anything that is open on the connection, such as a transaction.
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

  /** Whether a transaction is open, or has failed and was not rolled back. */
  isInTransaction(): boolean {
    const { _txStatus: status } = this as unknown as { _txStatus: string | null };
    return status !== null && status !== "I";
  }

  /** Closes the connection without a message to the server, which may not respond. */
  abandon(): void {
    this.abandoned = true;
    const { connection } = this as unknown as { connection: { stream: { destroy: () => void } } };
    connection.stream.destroy();
  }
}

/** A client of the pool. `generation` is the number of dead clients found before it was connected. */
type Pooled = pg.PoolClient & BoundedClient & { generation: number };

/**
 * A pool of such clients. Waiting for a client counts as waiting for the database. After one answer has not come in
 * time, all older connections are closed before their next use, because they lead to the same server.
 */
export class BoundedPool extends pg.Pool {
  constructor(url: string, limits: PostgresLimits, size: number) {
    // The pool creates its clients with this class, but its types do not declare the option.
    const Client = BoundedClient as unknown as pg.PoolConfig["Client"];
    // One connection stays open, so that a restore also notices an idle server: it refuses while somebody is connected.
    super({ ...connectionOptions(url, limits), max: size, min: 1, Client });
    let generation = 0;
    this.on("error", ignore);
    this.on("connect", (client) => Object.assign(client, { generation }));
    this.on("remove", (client) => {
      if ((client as Pooled).abandoned) generation++;
    });
    // The next user of the client would write into a transaction that nobody commits.
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
        // Only an error about a statement leaves the connection usable.
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

/** Waits for a client. A client that comes too late goes back to the pool. */
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
