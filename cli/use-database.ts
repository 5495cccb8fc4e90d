import { existsSync } from "node:fs";
import { config, type Config } from "~/core/settings/config.server";
import { keepToOwner } from "~/core/data/data-folder.server";
import { holdDatabase } from "~/core/data/database-lock.server";
import { installFeatures } from "~/features.server";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";
import { openDatabase } from "~/core/data/db.server";

/** The settings name a database that is not there. */
export class NoDatabase extends Error {}

/**
 * The settings of an operator's command, which are the server's. What it writes is for the owner's eyes, as the server's is.
 *
 * @throws {ConfigError}
 */
export function ownSettings(): Config {
  const settings = config();
  keepToOwner(settings);
  return settings;
}

/**
 * The same, for a command that needs a database.
 *
 * @throws {NoDatabase} where a SQLite file has yet to be made; only a start of the server does that
 */
export function settingsWithDatabase(): Config {
  const settings = ownSettings();
  const { databaseUrl } = settings;
  if (databaseKind(databaseUrl) === "sqlite" && !existsSync(sqlitePath(databaseUrl)))
    throw new NoDatabase(`There is no database at ${sqlitePath(databaseUrl)} yet. Start the server once: npm start`);
  return settings;
}

/** Opens the database of the settings for an operator's command, beside a server or without one. */
export async function useDatabase(): Promise<void> {
  installFeatures();
  await holdDatabase(settingsWithDatabase().databaseUrl);
  await openDatabase();
}
