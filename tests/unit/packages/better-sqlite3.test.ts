import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const major = Number(process.versions.napi) >= 10 ? 13 : 12;

/** Runs a program in a process of its own, at the root of the checkout. */
const run = (program: string) =>
  spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });

it("is the one major that this Node can load, for the program, its workers and Prisma's adapter alike", () => {
  const { stdout, stderr } = run(`
    import { Worker } from "node:worker_threads";
    import { once } from "node:events";
    import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
    import Database, { SqliteError } from "better-sqlite3";
    const adapter = await new PrismaBetterSqlite3({ url: ":memory:" }).connect();
    await adapter.dispose();
    const inWorker = 'import("better-sqlite3").then(({ default: Database }) => new Database(":memory:").close())';
    await once(new Worker(inWorker, { eval: true }), "exit");
    const loaded = process.report.getReport().sharedObjects.filter((file) => file.endsWith(".node"));
    console.log(JSON.stringify([SqliteError === Database.SqliteError, loaded]));
  `);
  expect(stderr).toBe("");
  const [same, loaded] = JSON.parse(stdout) as [boolean, string[]];
  expect(same).toBe(true);
  expect(loaded.map((file) => /better-sqlite3-\d+/.exec(file)?.[0])).toEqual([`better-sqlite3-${major}`]);
});

it("says in one sentence what to do where the driver is not installed", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-driver-"));
  try {
    cpSync("packages/better-sqlite3", folder, { recursive: true, filter: (file) => !file.endsWith("node_modules") });
    const driver = pathToFileURL(path.join(folder, "index.js")).href;
    const { stdout } = run(`import(${JSON.stringify(driver)}).catch(({ message }) => console.log(message))`);
    expect(stdout).toMatch(
      new RegExp(
        `^SQLite's driver, better-sqlite3-${major}, .* Node ${process.versions.node} .*: it is not installed\\.`,
      ),
    );
    expect(stdout).toContain("Run `npm ci` again with this Node");
    expect(stdout.trim().split("\n")).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
