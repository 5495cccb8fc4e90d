import { setTimeout as sleep } from "node:timers/promises";
import { config } from "~/core/settings/config.server";
import { sqlitePath } from "./database-url.server";
import { Prisma, type PrismaClient } from "~/core/data/generated/sqlite/client";

export { Prisma };
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from "./refusals.server";

/** The two clients are generated from one schema, so the SQLite one's types stand for both. */
export type Database = PrismaClient;

let client: Database | undefined;
let opening: Promise<Database> | undefined;

const onPostgresql = () => config().databaseUrl.startsWith("postgres");

/**
 * A transaction ends with its request: the limits on its statements are closer than these of the client, which must not
 * lose its patience before the adapter does.
 */
function transactionOptions() {
  const { statementTimeoutMs } = config();
  return { maxWait: 2 * statementTimeoutMs, timeout: 2 * statementTimeoutMs };
}

/** How long a stop waits for connections to end, in milliseconds: a server that is frozen never answers. */
const closeWithinMs = 1_500;

/** Only the driver and the client that are used get loaded: the other pair would cost some 30 MB. */
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
 * On SQLite "acknowledged" means "on disk": WAL for readers beside the writer, and `synchronous=FULL`, which
 * better-sqlite3 lowers to NORMAL in WAL mode.
 */
async function connectSqlite({ workerFile }: OpenOptions): Promise<Database> {
  const [{ SerialSqlite }, { SqliteWorkers }, { onFile }, { PrismaClient }] = await Promise.all([
    import("~/core/data/sqlite/sqlite-adapter.server"),
    import("~/core/data/sqlite/sqlite-workers.server"),
    import("~/core/data/sqlite/database-file.server"),
    import("~/core/data/generated/sqlite/client"),
  ]);
  const { databaseUrl } = config();
  const workers = workerFile ? new SqliteWorkers(workerFile, databaseUrl) : undefined;
  const adapter = onFile(new SerialSqlite({ url: databaseUrl, workers }), sqlitePath(databaseUrl));
  const database = new PrismaClient({ adapter, transactionOptions: transactionOptions() });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"])
    await database.$queryRawUnsafe(`PRAGMA ${pragma}`);
  return database;
}

type OpenOptions = Readonly<{
  /** The built `sqlite-worker.ts`; without it statements that take long run on SQLite as all others do. */
  workerFile?: string;
}>;

/** Connects to the database of the settings; once a process. */
export async function openDatabase(options: OpenOptions = {}): Promise<void> {
  client = await (opening ??= onPostgresql() ? connectPostgresql() : connectSqlite(options));
}

/** The database client of this process, after `openDatabase`. */
export function db(): Database {
  if (!client) throw new Error("The database is not open yet");
  return client;
}

/** Ends the connections; on SQLite this also folds the write-ahead log back into the file. */
export async function closeDatabase(): Promise<void> {
  const closing = client?.$disconnect();
  client = undefined;
  opening = undefined;
  if (!closing) return;
  if (onPostgresql()) return Promise.race([closing, sleep(closeWithinMs, undefined, { ref: false })]);
  await closing;
  const { databaseFile } = await import("~/core/data/sqlite/database-file.server");
  databaseFile(sqlitePath(config().databaseUrl)).leaveAlone();
}

/** The position of one text in another, 1 for the first character and 0 for none, as each database names it. */
export const positionOf = (haystack: Prisma.Sql, needle: string): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`strpos(${haystack}, ${needle})` : Prisma.sql`instr(${haystack}, ${needle})`;

/** A moment where a statement does not say by its place what type it has: PostgreSQL would take it for a text. */
export const moment = (value: Date): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`CAST(${value} AS timestamp(3))` : Prisma.sql`${value}`;

/** Order by code points on both databases; PostgreSQL would otherwise follow the server's locale. */
export const byCodePoint = (column: Prisma.Sql): Prisma.Sql =>
  onPostgresql() ? Prisma.sql`${column} COLLATE "C"` : column;

/**
 * Ends a `SELECT` whose rows must stay until the statement around it is through. SQLite needs no word for it: nobody else
 * writes meanwhile.
 *
 * @param table - the name by which the `SELECT` knows the table
 */
export const keepingRows = (table: string): Prisma.Sql =>
  onPostgresql() ? Prisma.raw(`FOR KEY SHARE OF ${table}`) : Prisma.empty;
