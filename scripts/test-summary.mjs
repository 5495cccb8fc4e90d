// The last line of a run of all tests: what ran, and what became of it. With the word "begin", forgets an earlier run's.
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
