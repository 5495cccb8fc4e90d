import { isChecksumOf, type MigrationFile } from "./migration-files.server";

/** What a row of `_prisma_migrations` says that matters here. */
export interface RecordedMigration {
  name: string;
  checksum: string;
  finished: boolean;
  rolledBack: boolean;
}

/** The columns of `_prisma_migrations` in the order that {@link toRecorded} takes them. */
export const historyColumns = "migration_name, checksum, finished_at, rolled_back_at";

/** A row of {@link historyColumns}, whichever driver read it. */
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
 * The migrations that the database still lacks.
 *
 * @throws Error naming every fault at once, when the database and the migration files do not belong together: going on
 * would run today's code on a schema that nobody has ever tested it with
 */
export function pendingMigrations(files: MigrationFile[], recorded: RecordedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  // A row marked as rolled back is kept by Prisma as a trace only.
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
