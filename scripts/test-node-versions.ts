/**
 * Runs the program on the versions of Node that it promises to run on: `npm run test:node`, or `npm run test:node -- 24`
 * for one line. On each, in a clean copy: `npm ci`, `npm start` and what people do first, the unit tests and the
 * integration tests on SQLite. Node and npm come from the npm registry, into a folder outside the project that is
 * removed afterwards.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { walk } from "./node-versions/journey";
import { installNode, NoSuchNode } from "./node-versions/node";
import { lineOf, versions, type NodeVersion } from "./node-versions/versions";

const root = path.resolve(import.meta.dirname, "..");
const lines = process.argv.slice(2);
const ownLine = lineOf(process.versions.node);
/** Where the registry is known to have every version. Elsewhere it has some. */
const hasAll = process.platform === "linux" && process.arch === "x64";

/** Not part of a clean copy: what is installed, built or generated, and the developer's own data and settings. */
const leftOut = [
  ...["node_modules", "build", "data", ".git", ".env", "test-results", "playwright-report"],
  ...["app/data/generated", "clients/typescript/src/schema.d.ts"],
].map((name) => path.join(root, name));

async function tryVersion(version: NodeVersion, folder: string): Promise<string> {
  const node = await installNode(version, path.join(folder, "node"));
  const copy = path.join(folder, "holdfast");
  cpSync(root, copy, { recursive: true, filter: (source) => !leftOut.includes(source) });
  await node.run([node.npm, "ci"], copy);
  await walk(node, copy);
  // `npm test` has run them on this line already.
  if (version.node !== process.versions.node && lines.length === 0 && lineOf(version.node) === ownLine)
    return "installed and started";
  await node.run([node.npm, "run", "test:unit", "--", "--project", "unit", "--project", "sqlite"], copy);
  return "installed, started, unit and SQLite tests";
}

const report: string[] = [];
for (const version of versions.filter(({ node }) => lines.length === 0 || lines.includes(lineOf(node)))) {
  console.log(`\n== Node ${version.node} with npm ${version.npm}\n`);
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-node-"));
  const began = performance.now();
  try {
    const done = await tryVersion(version, folder);
    report.push(`Node ${version.node}: ${done}, in ${Math.round((performance.now() - began) / 1000)} s`);
  } catch (error) {
    const missing = error instanceof NoSuchNode;
    if (!missing) console.error(error);
    if (!missing || hasAll) process.exitCode = 1;
    const reason = error instanceof Error ? error.message : String(error);
    report.push(`Node ${version.node}: ${missing ? "NOT RUN" : "FAILED"}: ${reason}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`\n${report.join("\n")}`);
