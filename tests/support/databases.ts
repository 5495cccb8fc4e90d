import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { createDatabase } from "./postgres";

export type DatabaseKind = "sqlite" | "postgresql";

/** The database that this run of an integration test uses. */
export const databaseKind = process.env.TEST_DATABASE as DatabaseKind;

/** A directory for this worker's files, removed when the worker ends. */
export const workerDir = mkdtempSync(path.join(tmpdir(), "holdfast-test-"));
process.on("exit", () => rmSync(workerDir, { recursive: true, force: true }));

/** Creates a database of this run's kind, migrated by default, and returns its URL. */
export async function newDatabase({ migrated = true } = {}): Promise<string> {
  const name = `test_${randomUUID()}`;
  if (databaseKind === "postgresql")
    return createDatabase(inject("postgresUrl"), name, migrated ? inject("postgresTemplate") : undefined);
  const file = path.join(workerDir, name, "holdfast.db");
  mkdirSync(path.dirname(file));
  if (migrated) copyFileSync(inject("sqliteTemplate"), file);
  return `file:${file}`;
}
