// Compares the schema with the committed migrations: shared by schema-drift.ts and new-migration.ts.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DiffTarget, SchemaEngine } from "@prisma/schema-engine-wasm";
import { ColumnTypeEnum, type SqlDriverAdapter, type SqlResultSet } from "@prisma/driver-adapter-utils";
import type { DatabaseKind } from "../app/core/data/database-url.server";
import { openMigrationConnection } from "../app/core/data/migrations/migration-connection.server";
import { readMigrationFiles, type MigrationFile } from "../app/core/data/migrations/migration-files.server";
import { noFilters, startSchemaEngine, toMigrationList } from "../app/core/data/migrations/schema-engine.server";
import { toPostgresql } from "./generate-clients.mjs";

/** What is compared: the text of `schema.prisma`, and the folder `prisma/migrations`. */
export interface SchemaState {
  schema: string;
  migrationsDir: string;
}

const databaseKinds: readonly DatabaseKind[] = ["sqlite", "postgresql"];

const root = path.resolve(import.meta.dirname, "..");

/** This checkout's schema and migrations. */
export function committedState(): SchemaState {
  return {
    schema: readFileSync(path.join(root, "prisma/schema.prisma"), "utf8"),
    migrationsDir: path.join(root, "prisma/migrations"),
  };
}

/**
 * The SQL from the schema that a database's migrations create to the current schema; undefined if they are the same.
 */
export function missingSql(kind: DatabaseKind, state: SchemaState): Promise<string | undefined> {
  return kind === "sqlite" ? missingSqliteSql(state) : missingPostgresqlSql(state);
}

/** The SQL that creates the whole schema in an empty database. */
export async function wholeSql(kind: DatabaseKind, schema: string): Promise<string> {
  return (await diff(await offlineEngine(kind), { tag: "empty" }, toDatamodel(kind, schema))) ?? "";
}

/** On SQLite: applies the migrations to a temporary database, and compares it with the schema. */
async function missingSqliteSql({ schema, migrationsDir }: SchemaState): Promise<string | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), "schema-diff-"));
  const connection = await openMigrationConnection(`file:${path.join(folder, "migrated.db")}`);
  try {
    const engine = await startSchemaEngine(connection.adapter);
    const migrationsList = toMigrationList("sqlite", existingMigrations("sqlite", migrationsDir));
    await engine.applyMigrations({ migrationsList, filters: noFilters });
    const files = [{ path: "schema.prisma", content: schema }];
    return await diff(engine, { tag: "schemaDatasource", configDir: folder, files }, toDatamodel("sqlite", schema));
  } finally {
    await connection.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * On PostgreSQL this would need a server, and the engine cannot yet read one through the driver. So the current schema
 * is compared with the schema as of the last migration, which is kept beside the migrations. An integration test checks
 * on a real server that the migrations create that schema.
 */
async function missingPostgresqlSql({ schema, migrationsDir }: SchemaState): Promise<string | undefined> {
  const snapshot = snapshotPath(migrationsDir);
  const from: DiffTarget = existsSync(snapshot)
    ? { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: readFileSync(snapshot, "utf8") }] }
    : { tag: "empty" };
  return diff(await offlineEngine("postgresql"), from, toDatamodel("postgresql", schema));
}

async function diff(engine: SchemaEngine, from: DiffTarget, to: DiffTarget): Promise<string | undefined> {
  const { exitCode, stdout } = await engine.diff({ from, to, script: true, exitCode: true, filters: noFilters });
  return exitCode === 0 ? undefined : (stdout ?? "");
}

function toDatamodel(kind: DatabaseKind, schema: string): DiffTarget {
  const content = kind === "postgresql" ? toPostgresql(schema) : schema;
  return { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] };
}

/**
 * An engine that compares two data models without a database. It only asks for the server's version when it starts on
 * PostgreSQL.
 */
function offlineEngine(kind: DatabaseKind): Promise<SchemaEngine> {
  const unavailable = () => Promise.reject(new Error("Comparing data models takes no database."));
  const adapter: SqlDriverAdapter = {
    provider: kind === "sqlite" ? "sqlite" : "postgres",
    adapterName: "offline",
    queryRaw: ({ sql }) => (sql.includes("server_version_num") ? Promise.resolve(anyServer) : unavailable()),
    executeRaw: unavailable,
    executeScript: unavailable,
    startTransaction: unavailable,
    dispose: () => Promise.resolve(),
  };
  return startSchemaEngine(adapter);
}

const { Boolean, Text, Int32 } = ColumnTypeEnum;

/** The answer to "does the schema exist, and which version is this?", for the oldest supported PostgreSQL. */
const anyServer: SqlResultSet = {
  columnNames: ["exists", "version", "numeric_version"],
  columnTypes: [Boolean, Text, Int32],
  rows: [[true, "PostgreSQL 14.0", 140_000]],
};

/** The migrations of a database; empty before the first one. */
function existingMigrations(kind: DatabaseKind, migrationsDir: string): MigrationFile[] {
  const folder = path.join(migrationsDir, kind);
  const any = existsSync(folder) && readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
  return any ? readMigrationFiles(folder) : [];
}

/** The PostgreSQL schema as of the last migration, with the checksums of the migrations that made it. */
function snapshotPath(migrationsDir: string): string {
  return path.join(migrationsDir, "postgresql", "schema-as-of-last-migration.prisma");
}

const snapshotHead = `// Written by scripts/new-migration.ts; do not edit. The schema that the PostgreSQL migrations beside it make:
// the next migration is worked out from it, and schema-drift.ts fails when one of them has another checksum.
`;

function snapshotSeals(migrationsDir: string): string[] {
  return existingMigrations("postgresql", migrationsDir).map(({ name, sql }) => {
    const text = sql.replaceAll("\r\n", "\n");
    return `// ${name} ${createHash("sha256").update(text).digest("hex")}`;
  });
}

/** Records that the current PostgreSQL migrations create this schema. */
export function writeSnapshot({ schema, migrationsDir }: SchemaState): string {
  const file = snapshotPath(migrationsDir);
  const seals = snapshotSeals(migrationsDir).join("\n");
  writeFileSync(file, `${snapshotHead}${seals}\n\n${toPostgresql(schema)}`);
  return file;
}

/**
 * The differences between the snapshot and the PostgreSQL migrations: a line for each migration added, edited or
 * removed.
 */
function snapshotFaults(migrationsDir: string): string[] {
  const file = snapshotPath(migrationsDir);
  if (!existsSync(file)) return [`${file} is missing`];
  const seal = /^\/\/ \d{14}_\S+ [0-9a-f]{64}$/;
  const recorded = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .filter((line) => seal.test(line));
  const actual = snapshotSeals(migrationsDir);
  const nameOf = (line: string) => line.split(" ")[1];
  const changed = [
    ...actual.filter((line) => !recorded.includes(line)),
    ...recorded.filter((line) => !actual.includes(line)),
  ];
  return [...new Set(changed.map(nameOf))].map((name) => `postgresql/${name} was added, edited or removed by hand`);
}

/**
 * All differences between the schema and the migrations of both databases, in words for a developer; empty if there are
 * none.
 */
export async function findDrift(state: SchemaState): Promise<string[]> {
  const faults = snapshotFaults(state.migrationsDir);
  const names = databaseKinds.map((kind) =>
    existingMigrations(kind, state.migrationsDir)
      .map(({ name }) => name)
      .join(", "),
  );
  if (names[0] !== names[1]) faults.push(`The databases have different migrations: ${names.join(" / ")}`);
  for (const kind of databaseKinds) {
    const sql = await missingSql(kind, state);
    if (sql !== undefined) faults.push(`The ${kind} migrations lack:\n${sql}`);
  }
  return faults;
}

/**
 * Writes the next migration for both databases, under the same name.
 *
 * @returns the paths written; empty if schema and migrations agree
 */
export async function writeNextMigration(state: SchemaState, slug: string, now = new Date()): Promise<string[]> {
  const missing = await Promise.all(databaseKinds.map((kind) => missingSql(kind, state)));
  if (missing.every((sql) => sql === undefined)) return [];

  const timestamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const written = databaseKinds.flatMap((kind, index) => {
    const folder = path.join(state.migrationsDir, kind);
    const migration = path.join(folder, `${timestamp}_${slug}`, "migration.sql");
    const lock = path.join(folder, "migration_lock.toml");
    mkdirSync(path.dirname(migration), { recursive: true });
    writeFileSync(migration, missing[index] ?? "-- This is an empty migration.\n");
    writeFileSync(lock, lockFile(kind));
    return [migration];
  });
  return [...written, writeSnapshot(state)];
}

/**
 * The same text as `prisma migrate` writes. The CLI refuses a folder whose lock file names another provider than the
 * schema.
 */
const lockFile = (kind: DatabaseKind) => `# Please do not edit this file manually
# It should be added in your version-control system (e.g., Git)
provider = "${kind}"
`;
