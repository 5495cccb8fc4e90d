/**
 * Tests the program on all supported versions of Node: `npm run test:node`, or `npm run test:node -- 24` for one line.
 * For each, in a clean copy: `npm ci`, `npm start` and a person's first steps, the unit tests, and the integration
 * tests on SQLite. Node and npm come from the npm registry, into a temporary folder outside the project.
 */
import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import { walk } from "./node-versions/journey";
import { installNode, NoSuchNode } from "./node-versions/node";
import { lineOf, versions, type NodeVersion } from "./node-versions/versions";

const root = path.resolve(import.meta.dirname, "..");
const lines = process.argv.slice(2);
const ownLine = lineOf(process.versions.node);

/** The registry is known to have every version for this platform. For others it has some. */
const hasAll = process.platform === "linux" && process.arch === "x64";

/** Each test keeps about one core busy. */
const atOnce = pLimit(2);

/** Left out of the clean copy: installed, built and generated files, and the developer's own data and settings. */
const leftOut = [
  ...["node_modules", "build", "data", ".git", ".env", "test-results", "playwright-report"],
  ...["app/core/data/generated", "clients/typescript/src/schema.d.ts"],
].map((name) => path.join(root, name));

/** @returns what was done, for the report */
async function tryVersion(version: NodeVersion, folder: string, logFile: string): Promise<string> {
  const say = (what: string) => console.log(`Node ${version.node} with npm ${version.npm}: ${what}`);
  const node = await installNode(version, path.join(folder, "node"), logFile);
  const copy = path.join(folder, "holdfast");
  await cp(root, copy, { recursive: true, filter: (source) => !leftOut.includes(source) });
  await node.run([node.npm, "ci"], copy);
  say("installed");
  await walk(node, copy);
  say("started, used, restarted and stopped");
  // `npm test` already runs the tests on this line.
  if (lines.length === 0 && lineOf(version.node) === ownLine) return "installed and started";
  // All that the tests need; those on PostgreSQL alone are left out.
  await node.run([node.npm, "run", "pretest:integration"], copy);
  await node.run(["node_modules/vitest/vitest.mjs", "run", "--project", "unit", "--project", "sqlite"], copy);
  say("unit and SQLite tests pass");
  return "installed and started; unit and SQLite tests";
}

/** @returns the version's line in the report at the end */
async function report(version: NodeVersion): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-node-"));
  const removeAtOnce = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeAtOnce);
  const logFile = path.join(folder, "log");
  const began = performance.now();
  try {
    const done = await tryVersion(version, folder, logFile);
    return `Node ${version.node}: ${done} (${Math.round((performance.now() - began) / 1000)} s)`;
  } catch (error) {
    console.error(await readFile(logFile, "utf8"), error);
    const missing = error instanceof NoSuchNode;
    if (!missing || hasAll) process.exitCode = 1;
    const reason = error instanceof Error ? error.message : String(error);
    return `Node ${version.node}: ${missing ? "NOT RUN" : "FAILED"}: ${reason}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.off("exit", removeAtOnce);
  }
}

// Ends everything that was started, and removes the folders, when this command is ended.
for (const [name, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(name, () => process.exit(code));

const wanted = versions.filter(({ node }) => lines.length === 0 || lines.includes(lineOf(node)));
if (wanted.length === 0) throw new Error(`There is no such line: ${lines.join(", ")}`);
const reports = await Promise.all(wanted.map((version) => atOnce(() => report(version))));
console.log(`\n${reports.join("\n")}`);
