import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** One folder of `prisma/migrations/<database>`. */
export interface MigrationFile {
  /** The folder's name: a UTC timestamp and a short description. */
  name: string;
  sql: string;
}

/**
 * The migrations of one database, in the order in which they are applied.
 *
 * @throws Error if the folder is missing or holds no migration, which means a broken installation
 */
export function readMigrationFiles(migrationsDir: string): MigrationFile[] {
  const files = readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(path.join(migrationsDir, name, "migration.sql"), "utf8") }));
  if (files.length === 0) throw new Error(`No migrations in ${migrationsDir}.`);
  return files;
}

/**
 * Whether a checksum recorded by Prisma's engine (SHA-256 of the file, in hex) belongs to this text. Like the engine,
 * this ignores differences in line ends, which a checkout on Windows may have changed.
 */
export function isChecksumOf(checksum: string, sql: string): boolean {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].some((text) => sha256(text) === checksum);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
