import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export type Counts = { passed: number; failed: number; skipped: number };

/**
 * Keeps what became of a part of a suite of tests for `scripts/test-summary.mjs`, which adds the parts up and says it at
 * the end of all. What an earlier run of the same part has left is replaced.
 */
export function keepCounts(
  suite: string,
  part: string,
  counts: Counts,
  folder = path.resolve(import.meta.dirname, "../../build/test-counts"),
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${suite}.${part}.json`), JSON.stringify({ suite, ...counts }));
}
