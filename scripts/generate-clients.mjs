// Generates both Prisma clients from one schema. A datasource's provider cannot come from the environment, so this
// derives the PostgreSQL schema by replacing only the provider and the output folder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, "..");
const generated = path.join(root, "app/core/data/generated");
const schemaFile = path.join(root, "prisma/schema.prisma");
const stampFile = path.join(generated, "made-from");
const derivedFile = path.join(generated, "postgresql.prisma");

/**
 * The PostgreSQL variant of the schema's text.
 *
 * @param {string} schema
 * @returns {string}
 */
export function toPostgresql(schema) {
  return schema
    .replace('provider = "sqlite"', 'provider = "postgresql"')
    .replace('"../app/core/data/generated/sqlite"', '"./postgresql"');
}

/** A hash of everything that the generated code depends on. If it has not changed, nothing is generated. */
function fingerprint() {
  const lockfile = readFileSync(path.join(root, "package-lock.json"), "utf8");
  const hash = createHash("sha256");
  for (const text of [readFileSync(schemaFile, "utf8"), readFileSync(import.meta.filename, "utf8"), lockfile])
    hash.update(text);
  return hash.digest("hex");
}

export function generateClients() {
  const wanted = fingerprint();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;

  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  writeFileSync(derivedFile, toPostgresql(readFileSync(schemaFile, "utf8")));

  const prismaCli = require.resolve("prisma/build/index.js");
  for (const file of [schemaFile, derivedFile]) {
    execFileSync(process.execPath, [prismaCli, "generate", "--schema", file], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        // The CLI requires its native schema engine, a download from outside the npm registry, although `generate`
        // never runs it. With the path of any existing program, the build also works in a closed network.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    });
  }
  writeFileSync(stampFile, wanted);
}

if (process.argv[1] === import.meta.filename) generateClients();
