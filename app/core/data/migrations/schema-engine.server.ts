import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import type { DatabaseKind } from "~/core/data/database-url.server";
import type { MigrationFile } from "./migration-files.server";

/** Prisma manages all tables and enums. */
export const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Prisma's schema engine on an open connection: the WebAssembly build of what `prisma migrate` runs.
 *
 * It never closes the connection; the caller does.
 */
export async function startSchemaEngine(adapter: SqlDriverAdapter): Promise<SchemaEngine> {
  const { SchemaEngine } = await loadWasm();
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: () => Promise.resolve(adapter),
    connectToShadowDb: () => Promise.reject(new Error("There is no shadow database.")),
  });
  return SchemaEngine.new({ datamodels: undefined }, ignoreLog, factory);
}

/** The migrations in the engine's format. */
export function toMigrationList(kind: DatabaseKind, files: MigrationFile[]): MigrationList {
  return {
    baseDir: "/",
    lockfile: { path: "migration_lock.toml", content: `provider = "${kind}"\n` },
    shadowDbInitScript: "",
    migrationDirectories: files.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

const ignoreLog = () => undefined;

let loading: Promise<typeof import("@prisma/schema-engine-wasm")> | undefined;

/**
 * Loads the engine. The package's main file imports the .wasm file as a module, which Node supports only behind a flag,
 * so this links the two parts in the same way as that file.
 */
function loadWasm() {
  return (loading ??= (async () => {
    // This entry shares the declarations of the main one, which omit its internals; see `Glue`.
    const engine = (await import("@prisma/schema-engine-wasm/schema_engine_bg")) as Glue;
    const gluePath = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const binary = await readFile(gluePath.replace(/\.js$/, ".wasm"));
    const { instance } = await WebAssembly.instantiate(binary, {
      "./schema_engine_bg.js": engine as unknown as WebAssembly.ModuleImports,
    });
    engine.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    return engine;
  })());
}

type Glue = typeof import("@prisma/schema-engine-wasm") & { __wbg_set_wasm(exports: WebAssembly.Exports): void };
