import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");

it.each([0, 3])("with the PostgreSQL of the tests loaded, a run that ends with %i ends with it", (code) => {
  const program = `import "./tests/support/postgres.ts"; process.exitCode = ${code};`;
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([code, ""]);
});
