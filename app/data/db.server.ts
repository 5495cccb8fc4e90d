import { config } from "~/config.server";
import { Prisma, type PrismaClient } from "./generated/sqlite/client";

export { Prisma };
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from "./refusals.server";

/** The two clients are generated from one schema, so the SQLite one's types stand for both. */
export type Database = PrismaClient;

let client: Database | undefined;
let opening: Promise<Database> | undefined;

const onPostgresql = () => config().databaseUrl.startsWith("postgres");

/** Only the driver and the client that are used get loaded: the other pair would cost some 30 MB. */
async function connectPostgresql(): Promise<Database> {
  const [{ PrismaPg }, { PrismaClient }] = await Promise.all([
    import("@prisma/adapter-pg"),
    import("./generated/postgresql/client"),
  ]);
  const adapter = new PrismaPg({ connectionString: config().databaseUrl, max: 10 });
  return new PrismaClient({ adapter }) as unknown as Database;
}

/**
 * On SQLite "acknowledged" means "on disk": WAL for readers beside the writer, and `synchronous=FULL`, which
 * better-sqlite3 lowers to NORMAL in WAL mode.
 */
async function connectSqlite(): Promise<Database> {
  const [{ SerialSqlite, lockPatienceMs }, { PrismaClient }] = await Promise.all([
    import("./sqlite-adapter.server"),
    import("./generated/sqlite/client"),
  ]);
  const adapter = new SerialSqlite({ url: config().databaseUrl });
  // The client must not lose its patience before the adapter does.
  const database = new PrismaClient({ adapter, transactionOptions: { maxWait: 2 * lockPatienceMs } });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"])
    await database.$queryRawUnsafe(`PRAGMA ${pragma}`);
  return database;
}

/** Connects to the database of the settings; once a process. */
export async function openDatabase(): Promise<void> {
  client = await (opening ??= onPostgresql() ? connectPostgresql() : connectSqlite());
}

/** The database client of this process, after `openDatabase`. */
export function db(): Database {
  if (!client) throw new Error("The database is not open yet");
  return client;
}

/** Ends the connections; on SQLite this also folds the write-ahead log back into the file. */
export async function closeDatabase(): Promise<void> {
  await client?.$disconnect();
  client = undefined;
  opening = undefined;
}

/** Does the database answer? */
export async function pingDatabase(): Promise<boolean> {
  try {
    await db().$queryRaw`SELECT 1`;
    return true;
  } catch {
    return false;
  }
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
