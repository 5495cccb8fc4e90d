import { isChecksumOf, type MigrationFile } from "./migration-files.server";

/** The relevant columns of a row of `_prisma_migrations`. */
export interface RecordedMigration {
  name: string;
  checksum: string;
  finished: boolean;
  rolledBack: boolean;
}

/** The columns of `_prisma_migrations` in the order that {@link toRecorded} expects. */
export const historyColumns = "migration_name, checksum, finished_at, rolled_back_at";

/** Converts a row of {@link historyColumns}, from either driver. */
export function toRecorded(row: readonly unknown[]): RecordedMigration {
  const [name, checksum, finishedAt, rolledBackAt] = row;
  return {
    name: String(name),
    checksum: String(checksum),
    finished: finishedAt !== null,
    rolledBack: rolledBackAt !== null,
  };
}

/**
 * The migrations that the database lacks.
 *
 * @throws Error naming every fault, if the database and the migration files do not belong together: the program would
 * run on a schema that it was never tested with
 */
export function pendingMigrations(files: MigrationFile[], recorded: RecordedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  // Prisma keeps a row marked as rolled back as a record only.
  const current = recorded.filter((row) => !row.rolledBack);

  const faults = current.flatMap((row) => {
    const file = byName.get(row.name);
    if (!row.finished) {
      return `${row.name} was started and never finished: restore the database from a backup, or repair it and mark the migration with "prisma migrate resolve"`;
    }
    if (!file) return `${row.name} is not known to this version: it was applied by a newer one, so start that one`;
    if (!isChecksumOf(row.checksum, file.sql)) {
      return `${row.name} was changed after it had been applied: restore its migration.sql`;
    }
    return [];
  });
  if (faults.length > 0) {
    throw new Error(`The database's migrations do not fit this version: ${faults.join("; ")}.`);
  }

  const applied = new Set(current.map((row) => row.name));
  return files.filter((file) => !applied.has(file.name));
}
