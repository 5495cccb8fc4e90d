/**
 * Applies pending migrations for the server, in a process that ends afterwards (see `applyMigrations`). People do not
 * run this; the server starts it and exchanges messages with it.
 */
import { applyMigrations, type HelperAnswer, type MigrateOptions } from "~/core/data/migrations/migrate.server";

process.once("message", (options: MigrateOptions) => {
  // Exits explicitly, because the engine's timer for its lock on PostgreSQL would keep the process alive for ten
  // seconds.
  void answer(options).then((message) => process.send?.(message, () => process.exit()));
});

// The server has ended: nobody waits for the answer, and uncommitted changes are undone.
process.once("disconnect", () => process.exit());

async function answer(options: MigrateOptions): Promise<HelperAnswer> {
  try {
    return await applyMigrations(options);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
