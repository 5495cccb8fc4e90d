import { existsSync } from "node:fs";
import { config, type Config } from "~/core/settings/config.server";
import { keepToOwner } from "~/core/data/data-folder.server";
import { holdDatabase } from "~/core/data/database-lock.server";
import { installFeatures } from "~/features.server";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";
import { openDatabase } from "~/core/data/db.server";

/** The settings name a database that does not exist. */
export class NoDatabase extends Error {}

/**
 * The settings of an operator's command, which are the server's. Like the server, the command creates files that only
 * their owner can read.
 *
 * @throws {ConfigError}
 */
export function ownSettings(): Config {
  const settings = config();
  keepToOwner(settings);
  return settings;
}

/**
 * The settings, for a command that needs a database.
 *
 * @throws {NoDatabase} if the SQLite file does not exist; only a start of the server creates it
 */
export function settingsWithDatabase(): Config {
  const settings = ownSettings();
  const { databaseUrl } = settings;
  if (databaseKind(databaseUrl) === "sqlite" && !existsSync(sqlitePath(databaseUrl)))
    throw new NoDatabase(`There is no database at ${sqlitePath(databaseUrl)} yet. Start the server once: npm start`);
  return settings;
}

/** Opens the configured database for an operator's command, whether or not a server runs. */
export async function useDatabase(): Promise<void> {
  installFeatures();
  await holdDatabase(settingsWithDatabase().databaseUrl);
  await openDatabase();
}
