import { setTimeout as sleep } from "node:timers/promises";
import { config } from "~/core/settings/config.server";
import { sqlitePath } from "./database-url.server";
import { Prisma, type PrismaClient } from "~/core/data/generated/sqlite/client";

export { Prisma };
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from "./refusals.server";

/** The type of the SQLite client, used for both: the two clients are generated from one schema. */
export type Database = PrismaClient;

let client: Database | undefined;
let opening: Promise<Database> | undefined;

const onPostgresql = () => config().databaseUrl.startsWith("postgres");

/**
 * A transaction is limited by its request's deadline, which applies to its statements. The client's own limits are
 * wider, so that the client never gives up before the adapter.
 */
function transactionOptions() {
  const { statementTimeoutMs } = config();
  return { maxWait: 2 * statementTimeoutMs, timeout: 2 * statementTimeoutMs };
}

/** How long a stop waits for connections to close, in milliseconds: a frozen server never answers. */
const closeWithinMs = 1_500;

/** Loads only the driver and the client in use: the other pair would take some 30 MB. */
async function connectPostgresql(): Promise<Database> {
  const [{ PrismaPg }, { BoundedPool, limitsWithin }, { PrismaClient }] = await Promise.all([
    import("@prisma/adapter-pg"),
    import("~/core/data/postgresql/postgres-pool.server"),
    import("~/core/data/generated/postgresql/client"),
  ]);
  const { databaseUrl, databasePool, statementTimeoutMs } = config();
  const pool = new BoundedPool(databaseUrl, limitsWithin(statementTimeoutMs), databasePool);
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  return new PrismaClient({ adapter, transactionOptions: transactionOptions() }) as unknown as Database;
}

/**
 * On SQLite an acknowledged write must be on disk. WAL lets readers work beside the writer, and `synchronous=FULL` is
 * set because better-sqlite3 lowers it to NORMAL in WAL mode.
 */
async function connectSqlite({ workerFile }: OpenOptions): Promise<Database> {
  const [{ SerialSqlite }, { SqliteWorkers }, { withFileCheck }, { PrismaClient }] = await Promise.all([
    import("~/core/data/sqlite/sqlite-adapter.server"),
    import("~/core/data/sqlite/sqlite-workers.server"),
    import("~/core/data/sqlite/database-file.server"),
    import("~/core/data/generated/sqlite/client"),
  ]);
  const { databaseUrl } = config();
  const workers = workerFile ? new SqliteWorkers(workerFile, databaseUrl) : undefined;
  const adapter = withFileCheck(new SerialSqlite({ url: databaseUrl, workers }), sqlitePath(databaseUrl));
  const database = new PrismaClient({ adapter, transactionOptions: transactionOptions() });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"])
    await database.$queryRawUnsafe(`PRAGMA ${pragma}`);
  return database;
}

type OpenOptions = Readonly<{
  /** The built `sqlite-worker.ts`. Without it, long statements run on the main SQLite connection. */
  workerFile?: string;
}>;

/** Connects to the configured database, once per process. */
export async function openDatabase(options: OpenOptions = {}): Promise<void> {
  client = await (opening ??= onPostgresql() ? connectPostgresql() : connectSqlite(options));
}

/** The database client of this process, after `openDatabase`. */
export function db(): Database {
  if (!client) throw new Error("The database is not open yet");
  return client;
}

/** Closes the connections. On SQLite this also moves the write-ahead log into the file. */
export async function closeDatabase(): Promise<void> {
  const closing = client?.$disconnect();
  client = undefined;
  opening = undefined;
  if (!closing) return;
  if (onPostgresql()) return Promise.race([closing, sleep(closeWithinMs, undefined, { ref: false })]);
  await closing;
  const { databaseFile } = await import("~/core/data/sqlite/database-file.server");
  databaseFile(sqlitePath(config().databaseUrl)).setLogAside();
}

/** The position of one text in another: 1 for the first character, 0 if it does not occur. */
export const positionOf = (haystack: Prisma.Sql, needle: string): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`strpos(${haystack}, ${needle})` : Prisma.sql`instr(${haystack}, ${needle})`;

/** A date in a place that does not imply its type, where PostgreSQL would take it for text. */
export const moment = (value: Date): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`CAST(${value} AS timestamp(3))` : Prisma.sql`${value}`;

/** Sorts by code points on both databases. PostgreSQL would otherwise use the server's locale. */
export const byCodePoint = (column: Prisma.Sql): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`${column} COLLATE "C"` : column;

/**
 * Ends a `SELECT` whose rows must not be deleted before the surrounding statement ends. SQLite needs nothing for this,
 * because it has only one writer at a time.
 *
 * @param table - the name of the table in the `SELECT`
 */
export const keepingRows = (table: string): Prisma.Sql =>
  onPostgresql() ? Prisma.raw(`FOR KEY SHARE OF ${table}`) : Prisma.empty;
