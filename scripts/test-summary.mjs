// The last line of a run of all tests: which tests ran, and their results. With the argument "begin" it deletes the
// results of an earlier run.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * @param {string} folder - where `keepCounts` of tests/support/counts.ts has left a file for each part of a suite
 * @returns {string}
 */
export function summaryOf(folder) {
  const suites = new Map();
  for (const name of readdirSync(folder)) {
    const { suite, ...counts } = JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    const sum = suites.get(suite) ?? { passed: 0, failed: 0, skipped: 0 };
    for (const what of Object.keys(sum)) sum[what] += counts[what];
    suites.set(suite, sum);
  }
  const lines = [...suites].map(
    ([suite, { passed, failed, skipped }]) => `${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
  );
  return lines.sort().reverse().join("; ") || "No test was run.";
}

if (process.argv[1] === import.meta.filename) {
  const folder = path.resolve(import.meta.dirname, "../build/test-counts");
  if (process.argv[2] === "begin") rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (process.argv[2] !== "begin") console.log(summaryOf(folder));
}
