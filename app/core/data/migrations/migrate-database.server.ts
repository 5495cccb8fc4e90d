import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import { databaseKind } from "~/core/data/database-url.server";
import { openMigrationConnection, type MigrationConnection } from "./migration-connection.server";
import type { MigrationFile } from "./migration-files.server";
import { historyColumns, pendingMigrations, toRecorded, type RecordedMigration } from "./migration-history.server";
import { noFilters, startSchemaEngine, toMigrationList } from "./schema-engine.server";

/**
 * Applies what is pending with Prisma's own engine: all of it, or nothing.
 *
 * @returns the names of the migrations applied, none when another process was faster
 * @throws Error when the database and the files do not belong together, or a migration fails
 */
export async function migrateDatabase(url: string, files: MigrationFile[]): Promise<string[]> {
  const connection = await openMigrationConnection(url);
  try {
    await connection.begin();
    // Looked at again, for it may have changed while this process waited for the lock.
    if (pendingMigrations(files, await readHistory(connection)).length === 0) return [];
    const applied = await runEngine(connection, toMigrationList(databaseKind(url), files));
    await connection.commit();
    return applied;
  } finally {
    await connection.close();
  }
}

async function readHistory({ adapter, hasHistory }: MigrationConnection): Promise<RecordedMigration[]> {
  if (!(await hasHistory())) return [];
  const sql = `SELECT ${historyColumns} FROM _prisma_migrations`;
  return (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows.map(toRecorded);
}

async function runEngine(
  { adapter }: MigrationConnection,
  migrationsList: ReturnType<typeof toMigrationList>,
): Promise<string[]> {
  const failure = rememberFailure(adapter);
  try {
    const engine = await startSchemaEngine(adapter);
    return (await engine.applyMigrations({ migrationsList, filters: noFilters })).appliedMigrationNames;
  } catch (error) {
    throw new Error(`The migrations could not be applied, and nothing was changed: ${reasonOf(failure() ?? error)}`, {
      cause: error,
    });
  }
}

/** The engine's own error says no more than that there was one, so the statement's is kept from here. */
function rememberFailure(adapter: SqlDriverAdapter): () => unknown {
  let failure: unknown;
  const executeScript = adapter.executeScript.bind(adapter);
  adapter.executeScript = async (script) => {
    try {
      await executeScript(script);
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };
  return () => failure;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const original = typeof cause === "object" && cause !== null && "originalMessage" in cause && cause.originalMessage;
  return typeof original === "string" ? original : error.message;
}
