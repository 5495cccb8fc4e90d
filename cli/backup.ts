import path from "node:path";
import { BackupError } from "~/core/data/backup/backup-error.server";
import { isThere } from "~/core/data/backup/draft.server";
import { backUpPostgresql } from "~/core/data/backup/postgresql-backup.server";
import { backUpSqlite } from "~/core/data/backup/sqlite-backup.server";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";
import { counted, fileArgument, inUnits, runCommand } from "./command";
import { settingsWithDatabase } from "./use-database";

/** The operator's command for backups: `npm run backup -- <file>`. Works while the server runs. */

const usage = `Usage: npm run backup -- <file>

Writes all of the database, as it is at this moment, into one new file, and reads it again to see that it is whole.
The server may run. What is kept apart from it, the secrets, is not in the file.`;

await runCommand(usage, async (words, signal) => {
  const file = fileArgument(words, "backup");
  const { databaseUrl } = settingsWithDatabase();
  if (isThere(file)) throw new BackupError(`${file} is there already. Name a new file.`);
  const onSqlite = databaseKind(databaseUrl) === "sqlite";
  const written = onSqlite
    ? await backUpSqlite(sqlitePath(databaseUrl), file, { helper: path.join(import.meta.dirname, "copy.js"), signal })
    : await backUpPostgresql(databaseUrl, file, { environment: process.env, signal });
  const what = `${counted(written.accounts, "account")}, ${counted(written.tasks, "task")}`;
  return `${file} is written and checked: ${inUnits(written.bytes)}, ${what}.
The secrets are not in it: keep them as well, in another place.`;
});
