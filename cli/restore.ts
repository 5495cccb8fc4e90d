import { closeSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { BackupError } from "~/core/data/backup/backup-error.server";
import { restorePostgresql } from "~/core/data/backup/postgresql-restore.server";
import { restoreSqlite } from "~/core/data/backup/sqlite-restore.server";
import { databaseKind, sqlitePath, type DatabaseKind } from "~/core/data/database-url.server";
import { readMigrationFiles } from "~/core/data/migrations/migration-files.server";
import { counted, fileArgument, runCommand } from "./command";
import { ownSettings } from "./use-database";

/** The operator's command to restore a backup: `npm run restore -- <file>`. Refuses while the database is in use. */

const usage = `Usage: npm run restore -- <file>

Puts a backup, made by "npm run backup", in the place of the database. Stop the server first.
What was there before is kept, under another name.`;

/** The first bytes of each database's backups. */
const beginnings: [DatabaseKind, string][] = [
  ["sqlite", "SQLite format 3\0"],
  ["postgresql", "PGDMP"],
];

const names = { sqlite: "SQLite", postgresql: "PostgreSQL" };

await runCommand(usage, async (words, signal) => {
  const backup = fileArgument(words, "restore");
  const { databaseUrl } = ownSettings();
  const kind = databaseKind(databaseUrl);
  const made = kindOf(backup);
  if (made !== kind)
    throw new BackupError(
      made
        ? `${backup} is of ${names[made]}, and DATABASE_URL names a database of ${names[kind]}.`
        : `${backup} is no backup of Holdfast.`,
    );
  const migrations = readMigrationFiles(path.join(import.meta.dirname, "../../prisma/migrations", kind));
  const restored =
    kind === "sqlite"
      ? await restoreSqlite(
          { backup, database: sqlitePath(databaseUrl), migrations },
          { helper: path.join(import.meta.dirname, "copy.js"), signal },
        )
      : await restorePostgresql({ backup, url: databaseUrl, migrations }, { environment: process.env, signal });
  return [
    `${backup} is the database now: ${counted(restored.accounts, "account")}, ${counted(restored.tasks, "task")}.`,
    ...(restored.kept ? [`What was there before is kept: ${restored.kept}`] : []),
    ...(restored.isOlder ? ["It is of an older version. The next start brings it up to date."] : []),
    "Accounts that were deleted since it was made are in it again: see docs/operating.md before you let people in.",
  ].join("\n");
});

/** The database that a backup was made from. */
function kindOf(backup: string): DatabaseKind | undefined {
  try {
    if (!statSync(backup).isFile()) throw new BackupError(`${backup} is no file.`);
    const descriptor = openSync(backup, "r");
    try {
      const start = Buffer.alloc(16);
      readSync(descriptor, start);
      return beginnings.find(([, text]) => start.toString("latin1").startsWith(text))?.[0];
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new BackupError(isMissing ? `There is no ${backup}.` : `${backup} cannot be read: ${String(error)}`);
  }
}
