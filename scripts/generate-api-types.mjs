// Writes the types of the TypeScript client from the description of `/api`. They are not in the repository. This runs
// before every step that reads them, and does nothing if its inputs have not changed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const target = path.join(root, "clients/typescript/src/schema.d.ts");

/** Everything that the description is made from. */
const folders = ["app/api", "app/core", "app/identity", "app/services", "app/tasks", "app/web"];
const files = [
  "app/features.server.ts",
  "package.json",
  "package-lock.json",
  path.relative(root, import.meta.filename),
];

function fingerprint() {
  const sources = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
      .map((name) => path.join(folder, name))
      .sort(),
  );
  const hash = createHash("sha256");
  for (const name of [...sources, ...files]) hash.update(`${name}\n`).update(readFileSync(path.join(root, name)));
  return hash.digest("hex");
}

const head = `// Made by scripts/${path.basename(import.meta.filename)} from ${fingerprint()}\n\n`;

if (!existsSync(target) || !readFileSync(target, "utf8").startsWith(head)) {
  // Loaded only if needed, because loading takes longer than everything above.
  const [{ tsImport }, { default: openapiTypescript, astToString }] = await Promise.all([
    import("tsx/esm/api"),
    import("openapi-typescript"),
  ]);
  const { openApiDocument } = await tsImport("../app/api/description/openapi.server.ts", import.meta.url);
  const { ownDialect } = await tsImport("../app/api/routes.server.ts", import.meta.url);
  const { apiOperations } = await tsImport("../app/features.server.ts", import.meta.url);
  // Without the second dialect, which is only for existing clients.
  const operations = ownDialect(await apiOperations());
  const types = astToString(await openapiTypescript(openApiDocument(operations, "http://localhost:3000")));
  writeFileSync(target, head + types);
}
