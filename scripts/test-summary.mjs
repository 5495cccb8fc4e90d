// The last line of a run of all tests: which tests ran, and their results. With the argument "begin" it deletes the
// results of an earlier run.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "../build/test-counts");

if (process.argv[2] === "begin") rmSync(folder, { recursive: true, force: true });
else {
  mkdirSync(folder, { recursive: true });
  const suites = readdirSync(folder).map((name) => {
    const { passed, failed, skipped } = JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    return `${path.parse(name).name}: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  });
  console.log(suites.reverse().join("; ") || "No test was run.");
}
