import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export type Counts = { passed: number; failed: number; skipped: number };

/** Saves the results of a test suite for `scripts/test-summary.mjs`, which reports them at the end. */
export function keepCounts(suite: string, counts: Counts): void {
  const folder = path.resolve(import.meta.dirname, "../../build/test-counts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${suite}.json`), JSON.stringify(counts));
}
