import { pipeline } from "node:stream/promises";
import type { MigrationFile } from "~/core/data/migrations/migration-files.server";
import { toRecorded, type RecordedMigration } from "~/core/data/migrations/migration-history.server";
import { BackupError } from "./backup-error.server";
import { asideName, missingFrom, type Restored } from "./outcome.server";
import { quoted, readAll } from "./postgresql-backup.server";
import { countContents, readSurroundings, withConnection, type Surroundings } from "./postgresql-connection.server";
import { addressedTo, ended, requireVersion, runProgram, startProgram, type Tools } from "./postgresql-programs.server";

type Restoring = Readonly<{ backup: string; url: string; migrations: MigrationFile[] }>;

/** Other clients of this database. The server's own processes do not count; they have no user. */
const othersThan = (pid: number) => `SELECT FROM pg_stat_activity WHERE datname = current_database()
  AND pid NOT IN (pg_backend_pid(), ${pid}) AND usesysid IS NOT NULL AND leader_pid IS NULL`;

const inUse = "The database is in use. Stop every server, and whatever else is connected to it, first.";

/**
 * Replaces the contents of a PostgreSQL database with a backup, in one transaction. The previous tables are kept in a
 * schema of their own.
 *
 * @param options.migrations - the migrations of this version
 * @throws {BackupError} if other clients are connected, or if the backup is damaged, of a newer version or not
 * Holdfast's
 */
export async function restorePostgresql({ backup, url, migrations }: Restoring, given: Tools): Promise<Restored> {
  const tools = { ...given, environment: await addressedTo(url, given.environment) };
  const { pid, ...surroundings } = await withConnection(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const own = rows[0]?.pid ?? 0;
    if ((await client.query(othersThan(own))).rowCount) throw new BackupError(inUse);
    return { ...(await readSurroundings(client)), pid: own };
  });
  for (const program of ["pg_restore", "psql"]) await requireVersion(program, surroundings.major, tools);
  await readAll(backup, tools).catch((error: unknown) => {
    throw error instanceof BackupError ? new BackupError(`${backup} cannot be read. ${error.message}`) : error;
  });
  const recorded = await readHistory(backup, surroundings, tools);
  const isOlder = missingFrom(backup, recorded, migrations).length > 0;

  const aside = surroundings.hasTables ? asideName().replaceAll("-", "_").toLowerCase() : undefined;
  const start = preamble(surroundings.schema, aside, pid);
  await replaceTables(backup, start, surroundings, tools);
  const contents = await withConnection(url, countContents);
  return { ...contents, isOlder, kept: aside && `the schema ${aside}` };
}

/** The migrations in a backup, read from its rows of `_prisma_migrations`. */
async function readHistory(backup: string, { schema }: Surroundings, tools: Tools): Promise<RecordedMigration[]> {
  const words = ["--data-only", `--schema=${schema}`, "--table=_prisma_migrations", "--file=-", backup];
  const lines = (await runProgram("pg_restore", words, tools)).split("\n");
  const start = lines.findIndex((line) => line.startsWith("COPY "));
  const columns = /\((.*)\)/.exec(lines[start] ?? "")?.[1]?.split(", ") ?? [];
  return lines.slice(start + 1, lines.indexOf("\\.")).map((line) => {
    const cells = line.split("\t").map((cell) => (cell === "\\N" ? null : cell));
    const cell = (name: string) => cells[columns.indexOf(name)] ?? null;
    return toRecorded(["migration_name", "checksum", "finished_at", "rolled_back_at"].map(cell));
  });
}

async function replaceTables(backup: string, start: string, { schema }: Surroundings, tools: Tools): Promise<void> {
  const input = startProgram(
    "pg_restore",
    [`--schema=${schema}`, "--no-owner", "--no-privileges", "--file=-", backup],
    tools,
    ["ignore", "pipe", "pipe"],
  );
  const words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"];
  const psql = startProgram("psql", words, tools, ["pipe", "ignore", "pipe"]);
  const [read, applied] = [ended(input, "pg_restore"), ended(psql, "psql")];
  for (const outcome of [read, applied]) outcome.catch(() => undefined);
  const [{ stdout }, { stdin }] = [input, psql];
  if (!stdout || !stdin) throw new Error("A program of PostgreSQL was started without its pipes");
  // `applied` reports why psql ended.
  stdin.on("error", () => undefined);
  stdin.write(start);
  try {
    const copied = pipeline(stdout, stdin, { end: false }).then(() => read);
    copied.catch(() => undefined);
    await Promise.race([copied, applied]);
    // The end of the input makes psql commit, so it is sent only after everything has been read.
    stdin.end();
  } catch (error) {
    input.kill("SIGKILL");
    // psql's message about a statement is more useful than "input closed", so psql may end by itself if it already has.
    if (psql.exitCode === null) psql.kill("SIGKILL");
    await applied.catch((reason: unknown) => {
      if (psql.exitCode !== null) throw reason;
    });
    throw error;
  }
  await applied;
}

/** Moves the existing tables to another schema. From the first lock on, other clients wait. */
function preamble(schema: string, aside: string | undefined, pid: number): string {
  const alone = `
    SET lock_timeout = '10s';
    DO $do$ BEGIN IF EXISTS (${othersThan(pid)}) THEN RAISE EXCEPTION '${inUse}'; END IF; END $do$;
    `;
  if (!aside) return alone;
  const from = `'${schema.replaceAll("'", "''")}'`;
  return `${alone}
    CREATE SCHEMA ${quoted(aside)};
    DO $do$ DECLARE found text; BEGIN
      FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = ${from} LOOP
        EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', ${from}, found, '${aside}');
      END LOOP;
    END $do$;
    `;
}
