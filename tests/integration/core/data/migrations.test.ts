import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { applyMigrations, type HelperAnswer } from "~/core/data/migrations/migrate.server";
import { openMigrationConnection } from "~/core/data/migrations/migration-connection.server";
import { readMigrationFiles } from "~/core/data/migrations/migration-files.server";
import { noFilters, startSchemaEngine, toMigrationList } from "~/core/data/migrations/schema-engine.server";
import {
  committedState,
  findDrift,
  writeNextMigration,
  writeSnapshot,
  wholeSql,
  type SchemaState,
} from "../../../../scripts/migration-tools";
import { describeDatabase, runSql } from "../../../support/catalogue";
import { createDatabase } from "../../../support/postgres";

const committed = committedState();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "migrations-test-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the schema and the migrations, free to be changed. */
function copyOfState(): SchemaState {
  const migrationsDir = path.join(folder, "migrations");
  cpSync(committed.migrationsDir, migrationsDir, { recursive: true });
  return { schema: committed.schema, migrationsDir };
}

function edited(schema: string, from: string | RegExp, to: string): string {
  const result = schema.replace(from, to);
  expect(result).not.toBe(schema);
  return result;
}

const withNewColumn = (schema: string) => edited(schema, /model Task \{\n/, "$&  colour String?\n");

describe.each(["sqlite", "postgresql"] as const)("applyMigrations on %s", (kind) => {
  const migrationsDir = committed.migrationsDir;
  const names = namesIn(migrationsDir);

  function namesIn(dir: string): string[] {
    return readdirSync(path.join(dir, kind), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  }

  async function emptyDatabase(): Promise<string> {
    const name = `migrations_${randomUUID()}`;
    return kind === "sqlite" ? `file:${path.join(folder, name, "test.db")}` : createDatabase(inject("postgresUrl"), name);
  }

  const history = (url: string) =>
    runSql(url, "SELECT migration_name, applied_steps_count FROM _prisma_migrations ORDER BY migration_name");
  const appliedOnce = names.map((name) => ({ migration_name: name, applied_steps_count: 1 }));

  async function migratedDatabase(): Promise<string> {
    const url = await emptyDatabase();
    await applyMigrations({ url, migrationsDir });
    return url;
  }

  function addMigration(dir: string, name: string, sql: string): void {
    const target = path.join(dir, kind, name);
    mkdirSync(target);
    writeFileSync(path.join(target, "migration.sql"), sql);
  }

  it("applies everything to an empty database, and nothing the second time", async () => {
    const url = await emptyDatabase();
    expect(await applyMigrations({ url, migrationsDir })).toEqual({ applied: names });
    expect(await applyMigrations({ url, migrationsDir })).toEqual({ applied: [] });
    expect(await history(url)).toEqual(appliedOnce);
  });

  it("leaves a history in which Prisma's own diagnosis finds no fault", async () => {
    const connection = await openMigrationConnection(await migratedDatabase());
    try {
      const engine = await startSchemaEngine(connection.adapter);
      const migrationsList = toMigrationList(kind, readMigrationFiles(path.join(migrationsDir, kind)));
      const input = { migrationsList, optInToShadowDatabase: false, filters: noFilters };
      expect(await engine.diagnoseMigrationHistory(input)).toMatchObject({
        hasMigrationsTable: true,
        failedMigrationNames: [],
        editedMigrationNames: [],
        history: null,
      });
    } finally {
      await connection.close();
    }
  });

  it("makes the very schema that schema.prisma describes", async () => {
    const expected = await emptyDatabase();
    if (kind === "sqlite") mkdirSync(path.dirname(expected.slice("file:".length)));
    await runSql(expected, await wholeSql(kind, committed.schema));

    const description = await describeDatabase(await migratedDatabase());
    expect(description).toEqual(await describeDatabase(expected));
    for (const what of ["column", "index", kind === "sqlite" ? "foreign key" : "constraint"])
      expect(description.some((line) => line.startsWith(`{"what":"${what}"`))).toBe(true);
  });

  it("is seen to make another schema when a migration does more than it should", async () => {
    const state = copyOfState();
    appendFileSync(path.join(state.migrationsDir, kind, names[0] ?? "", "migration.sql"), "\nDROP INDEX users_email_key;");
    const url = await emptyDatabase();
    await applyMigrations({ url, migrationsDir: state.migrationsDir });
    expect(await describeDatabase(url)).not.toEqual(await describeDatabase(await migratedDatabase()));
  });

  it("applies each migration once when four callers of one process start together", async () => {
    const url = await emptyDatabase();
    const results = await Promise.all(Array.from({ length: 4 }, () => applyMigrations({ url, migrationsDir })));
    expect(results.flatMap(({ applied }) => applied)).toEqual(names);
    expect(await history(url)).toEqual(appliedOnce);
  });

  it("applies each migration once when four processes start together", async () => {
    const url = await emptyDatabase();
    const answers = await Promise.all(Array.from({ length: 4 }, () => migrateInProcess(url)));
    expect(answers.flatMap((answer) => ("error" in answer ? [answer.error] : answer.applied))).toEqual(names);
    expect(await history(url)).toEqual(appliedOnce);
  });

  async function migrateInProcess(url: string): Promise<HelperAnswer> {
    const child = fork("cli/migrate.ts", { execArgv: ["--import", "tsx"] });
    child.send({ url, migrationsDir });
    const [answer] = (await once(child, "message")) as [HelperAnswer];
    if (child.exitCode === null) await once(child, "exit");
    return answer;
  }

  it("refuses an applied migration whose file was changed", async () => {
    const state = copyOfState();
    const url = await migratedDatabase();
    appendFileSync(path.join(state.migrationsDir, kind, names[0] ?? "", "migration.sql"), "\n-- a change");
    await expect(applyMigrations({ url, migrationsDir: state.migrationsDir })).rejects.toThrow(
      `${names[0]} was changed after it had been applied`,
    );
  });

  it("takes other line ends for no change", async () => {
    const state = copyOfState();
    const url = await migratedDatabase();
    for (const name of names) {
      const file = path.join(state.migrationsDir, kind, name, "migration.sql");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("\n", "\r\n"));
    }
    expect(await applyMigrations({ url, migrationsDir: state.migrationsDir })).toEqual({ applied: [] });
  });

  it("refuses a database with a migration that this version does not know", async () => {
    const state = copyOfState();
    addMigration(state.migrationsDir, "29990101000000_newer", "CREATE TABLE newer (id INTEGER);");
    const url = await emptyDatabase();
    await applyMigrations({ url, migrationsDir: state.migrationsDir });
    await expect(applyMigrations({ url, migrationsDir })).rejects.toThrow("29990101000000_newer is not known");
  });

  it("refuses a database with a migration that never finished", async () => {
    const url = await migratedDatabase();
    await runSql(url, "UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(applyMigrations({ url, migrationsDir })).rejects.toThrow(`${names[0]} was started and never finished`);
  });

  it("changes nothing when one of the pending migrations fails, and says why", async () => {
    const state = copyOfState();
    const url = await migratedDatabase();
    const before = await describeDatabase(url);
    addMigration(state.migrationsDir, "29990101000000_good", "CREATE TABLE good (id INTEGER);");
    addMigration(state.migrationsDir, "29990101000001_bad", "CREATE TABLE half (id INTEGER); DROP TABLE missing;");

    const attempt = applyMigrations({ url, migrationsDir: state.migrationsDir });
    await expect(attempt).rejects.toThrow(/could not be applied, and nothing was changed: .*missing/);
    expect(await describeDatabase(url)).toEqual(before);
    expect(await applyMigrations({ url, migrationsDir })).toEqual({ applied: [] });
  });

  it("runs semicolons inside strings as part of them", async () => {
    const state = copyOfState();
    addMigration(state.migrationsDir, "29990101000000_text", "CREATE TABLE texts (body TEXT); INSERT INTO texts VALUES ('a;b');");
    const url = await emptyDatabase();
    await applyMigrations({ url, migrationsDir: state.migrationsDir });
    expect(await runSql(url, "SELECT body FROM texts")).toEqual([{ body: "a;b" }]);
  });

  it("applies a generated migration that rebuilds a table, and loses no row that refers to it", async () => {
    const url = await migratedDatabase();
    const day = kind === "sqlite" ? "0" : "'2026-01-01'";
    await runSql(url, `INSERT INTO users (id, email, name, created_at, updated_at) VALUES ('u', 'e', 'n', ${day}, ${day})`);
    await runSql(url, `INSERT INTO passwords (user_id, hash, updated_at) VALUES ('u', 'h', ${day})`);

    const state = copyOfState();
    state.schema = edited(withNewColumn(state.schema), "@default(true) @map(\"is_active\")", "@default(false) @map(\"is_active\")");
    const written = await writeNextMigration(state, "change_default", new Date("2999-01-01"));
    expect(written.map((file) => path.relative(state.migrationsDir, file))).toEqual([
      "sqlite/29990101000000_change_default/migration.sql",
      "postgresql/29990101000000_change_default/migration.sql",
      "postgresql/schema-as-of-last-migration.prisma",
    ]);
    expect(await applyMigrations({ url, migrationsDir: state.migrationsDir })).toEqual({
      applied: ["29990101000000_change_default"],
    });
    expect(await runSql(url, "SELECT user_id, hash FROM passwords")).toEqual([{ user_id: "u", hash: "h" }]);
    expect(await findDrift(state)).toEqual([]);

    const expected = await emptyDatabase();
    if (kind === "sqlite") mkdirSync(path.dirname(expected.slice("file:".length)));
    await runSql(expected, await wholeSql(kind, state.schema));
    expect(await describeDatabase(url)).toEqual(await describeDatabase(expected));
  });
});

describe("schema drift", () => {
  it("is absent from what is committed", async () => {
    expect(await findDrift(committed)).toEqual([]);
  });

  it("is found on both databases when the schema has a column that no migration makes", async () => {
    const faults = await findDrift({ ...committed, schema: withNewColumn(committed.schema) });
    expect(faults).toEqual([
      expect.stringMatching(/sqlite migrations lack[^]*ADD COLUMN "colour"/),
      expect.stringMatching(/postgresql migrations lack[^]*ADD COLUMN\s+"colour"/),
    ]);
  });

  it("is found when a PostgreSQL migration is edited or one database's migration is missing", async () => {
    const state = copyOfState();
    const names = readdirSync(path.join(state.migrationsDir, "postgresql")).filter((entry) => /^\d/.test(entry));
    const name = names.sort().at(-1) ?? "";
    appendFileSync(path.join(state.migrationsDir, "postgresql", name, "migration.sql"), "\n-- a change");
    expect(await findDrift(state)).toEqual([`postgresql/${name} was added, edited or removed by hand`]);
    writeSnapshot(state);
    expect(await findDrift(state)).toEqual([]);
    rmSync(path.join(state.migrationsDir, "sqlite", name), { recursive: true });
    expect((await findDrift(state))[0]).toMatch(/^The databases have different migrations/);
  });

  it("needs no migration when there is none", async () => {
    expect(await writeNextMigration(copyOfState(), "nothing")).toEqual([]);
  });
});
