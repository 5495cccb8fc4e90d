import type { MigrationFile } from "~/core/data/migrations/migration-files.server";
import { pendingMigrations, type RecordedMigration } from "~/core/data/migrations/migration-history.server";
import { BackupError } from "./backup-error.server";

/** A backup that was written completely. */
export type Written = Readonly<{ bytes: number; accounts: number; tasks: number }>;

/** A backup that has become the database. */
export type Restored = Readonly<{
  accounts: number;
  tasks: number;
  /** Whether the backup is of an older version; the next start will update it. */
  isOlder: boolean;
  /** Where the previous database was kept, if there was one. */
  kept: string | undefined;
}>;

/**
 * The migrations that a backup lacks.
 *
 * @param known - the migrations of this version
 * @throws {BackupError} if a newer version or another program made the backup
 */
export function missingFrom(
  backup: string,
  recorded: readonly RecordedMigration[],
  known: MigrationFile[],
): MigrationFile[] {
  const names = new Set(known.map(({ name }) => name));
  const unknown = recorded.filter(({ name, rolledBack }) => !rolledBack && !names.has(name));
  if (unknown.length === recorded.length) throw new BackupError(`${backup} is no backup of Holdfast.`);
  if (unknown[0])
    throw new BackupError(
      `${backup} was made by a newer version of Holdfast, with ${unknown[0].name}. Restore it with that version.`,
    );
  try {
    return pendingMigrations(known, [...recorded]);
  } catch (error) {
    throw new BackupError(`${backup} cannot be used. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The name under which the previous database is kept, such as `before-restore-20261127T063000123Z`. */
export const asideName = (now = new Date()): string => `before-restore-${now.toISOString().replace(/[-:.]/g, "")}`;
