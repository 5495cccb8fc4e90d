/**
 * Applies pending migrations for the server, in a process that ends afterwards (see `applyMigrations`). Not a command
 * for people: the server starts it and talks to it.
 */
import { applyMigrations, type HelperAnswer, type MigrateOptions } from "~/core/data/migrations/migrate.server";

process.once("message", (options: MigrateOptions) => {
  // An exit by hand: the engine leaves a timer of ten seconds behind, the one for its lock on PostgreSQL.
  void answer(options).then((message) => process.send?.(message, () => process.exit()));
});

// The server is gone: nobody waits for the answer, and what is not committed is undone.
process.once("disconnect", () => process.exit());

async function answer(options: MigrateOptions): Promise<HelperAnswer> {
  try {
    return await applyMigrations(options);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
