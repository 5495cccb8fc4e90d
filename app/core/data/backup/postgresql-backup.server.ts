import { statSync } from "node:fs";
import { BackupError } from "./backup-error.server";
import { publish, withDraft } from "./draft.server";
import type { Written } from "./outcome.server";
import { countContents, readSurroundings, withConnection } from "./postgresql-connection.server";
import { addressedTo, requireVersion, runProgram, type Tools } from "./postgresql-programs.server";

/**
 * Writes a backup of a PostgreSQL database with `pg_dump`, in its custom format, while servers run.
 *
 * @param file - must not exist, but its folder must
 * @throws {BackupError} also if `pg_dump` is missing, or older than the server
 */
export function backUpPostgresql(url: string, file: string, given: Tools): Promise<Written> {
  return withConnection(url, async (client) => {
    const { major, schema, hasTables } = await readSurroundings(client);
    if (!hasTables) throw new BackupError("The database holds nothing of Holdfast's yet. Start the server once: npm start");
    const tools = { ...given, environment: await addressedTo(url, given.environment) };
    for (const program of ["pg_dump", "pg_restore"]) await requireVersion(program, major, tools);

    // The counts match the file, because both read the same snapshot of the database.
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query("SET LOCAL idle_in_transaction_session_timeout = 0");
    const { rows } = await client.query<{ id: string }>("SELECT pg_export_snapshot() AS id");
    const contents = await countContents(client);
    return withDraft(file, async (draft) => {
      const scope = [`--schema=${quoted(schema)}`, "--no-owner", "--no-privileges", `--snapshot=${rows[0]?.id ?? ""}`];
      await runProgram("pg_dump", ["--format=custom", ...scope, `--file=${draft.draft}`], tools);
      await readAll(draft.draft, tools);
      publish(draft);
      return { bytes: statSync(file).size, ...contents };
    });
  });
}

/** Quotes a name so that PostgreSQL's programs do not treat it as a pattern. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Reads a whole backup, down to its last row.
 *
 * @throws {BackupError} if it is damaged
 */
export async function readAll(backup: string, tools: Tools): Promise<void> {
  await runProgram("pg_restore", ["--file=/dev/null", backup], tools);
}
