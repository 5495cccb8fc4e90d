import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import { databaseKind } from "~/core/data/database-url.server";
import { openMigrationConnection, type MigrationConnection } from "./migration-connection.server";
import type { MigrationFile } from "./migration-files.server";
import { historyColumns, pendingMigrations, toRecorded, type RecordedMigration } from "./migration-history.server";
import { noFilters, startSchemaEngine, toMigrationList } from "./schema-engine.server";

/**
 * Applies the pending migrations with Prisma's own engine: all of them, or none.
 *
 * @returns the names of the migrations applied; empty if another process was faster
 * @throws Error if the database and the files do not belong together, or a migration fails
 */
export async function migrateDatabase(url: string, files: MigrationFile[]): Promise<string[]> {
  const connection = await openMigrationConnection(url);
  try {
    await connection.begin();
    // Checked again: another process may have migrated while this one waited for the lock.
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

/** Keeps the error of the failed statement, because the engine's own error contains no details. */
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
