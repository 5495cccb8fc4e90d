import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { startPostgres } from "../../support/postgres";
import { packagedPrograms } from "../../support/postgres-programs";

/* What the other tests rely on: that their PostgreSQL starts wherever they are, and that a failure has words and a code. */

const root = path.resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(tmpdir(), "holdfast-set-up-"));
afterAll(() => rmSync(folder, { recursive: true }));

const patience = 120_000;

it.each([0, 3])(
  "with the PostgreSQL of the tests loaded, a run that ends with %i ends with it",
  (code) => {
    const program = `import "./tests/support/postgres.ts"; process.exitCode = ${code};`;
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      cwd: root,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([code, ""]);
  },
  patience,
);

it(
  "PostgreSQL starts from a folder that its account may not enter, and leaves nothing behind",
  async () => {
    cpSync(path.dirname(packagedPrograms()), path.join(folder, "native"), { recursive: true, verbatimSymlinks: true });
    // As a checkout in the home of root, made under a strict umask.
    chmodSync(folder, 0o700);
    for (const name of ["initdb", "postgres"]) chmodSync(path.join(folder, "native/bin", name), 0o700);
    const before = readdirSync(tmpdir());
    const server = await startPostgres(path.join(folder, "native/bin"));
    const url = await server.createDatabase("there");
    expect(url).toContain("/there");
    await server.stop();
    const own = (name: string) => name.startsWith(`holdfast-postgres-${process.pid}-`);
    expect(before.filter(own)).toEqual([]);
    expect(readdirSync(tmpdir()).filter(own)).toEqual([]);
  },
  patience,
);

it(
  "a program that cannot be started has its error printed",
  () => {
    const setup = path.join(folder, "set-up.mjs");
    const nameFailures = path.join(root, "tests/support/name-failures.ts");
    writeFileSync(path.join(folder, "a.test.mjs"), "");
    writeFileSync(
      setup,
      `import { nameFailures } from ${JSON.stringify(nameFailures)};
     import { spawn } from "node:child_process";
     nameFailures();
     export default () => new Promise(() => spawn("/no/such/program"));`,
    );
    const config = path.join(folder, "vitest.config.mjs");
    writeFileSync(config, `export default { test: { globalSetup: [${JSON.stringify(setup)}] } };`);
    const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
    const { status, stderr } = spawnSync(process.execPath, [vitest, "run", "--root", folder], {
      cwd: root,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining("spawn /no/such/program ENOENT")]);
  },
  patience,
);
