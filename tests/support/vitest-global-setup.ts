import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { applyMigrations } from "../../app/core/data/migrations/migrate.server";
import { nameFailures } from "./name-failures";
import { adminDatabase, startPostgres } from "./postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** The admin database of the PostgreSQL server that all tests share, on which they create their own databases. */
    postgresUrl: string;
    /** The name of a migrated, empty PostgreSQL database to copy. Nobody connects to it. */
    postgresTemplate: string;
    /** A migrated, empty SQLite file to copy. */
    sqliteTemplate: string;
  }
}

const migrationsDir = path.resolve(import.meta.dirname, "../../prisma/migrations");

/** Starts the PostgreSQL server of a test run, and migrates one database of each kind to copy from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  nameFailures();
  const server = await startPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-templates-"));
  const stop = async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  };
  try {
    const sqliteTemplate = path.join(folder, "template.db");
    const postgresTemplate = "holdfast_template";
    await applyMigrations({ url: `file:${sqliteTemplate}`, migrationsDir });
    await applyMigrations({ url: await server.createDatabase(postgresTemplate), migrationsDir });
    project.provide("postgresUrl", server.urlFor(adminDatabase));
    project.provide("postgresTemplate", postgresTemplate);
    project.provide("sqliteTemplate", sqliteTemplate);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
