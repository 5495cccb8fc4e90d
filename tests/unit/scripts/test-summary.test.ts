import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { summaryOf } from "../../../scripts/test-summary.mjs";
import { keepCounts } from "../../support/counts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "holdfast-counts-"))));
afterEach(() => rmSync(folder, { recursive: true }));

it("adds up what several commands have run of a suite", () => {
  keepCounts("unit and integration tests", "unit", { passed: 5, failed: 0, skipped: 1 }, folder);
  keepCounts("unit and integration tests", "sqlite", { passed: 7, failed: 2, skipped: 0 }, folder);
  keepCounts("browser tests", "all", { passed: 3, failed: 0, skipped: 0 }, folder);
  expect(summaryOf(folder)).toBe(
    "unit and integration tests: 12 passed, 2 failed, 1 skipped; browser tests: 3 passed, 0 failed, 0 skipped",
  );
});

it("counts a part that was run again once", () => {
  keepCounts("unit and integration tests", "unit", { passed: 4, failed: 1, skipped: 0 }, folder);
  keepCounts("unit and integration tests", "unit", { passed: 5, failed: 0, skipped: 0 }, folder);
  expect(summaryOf(folder)).toBe("unit and integration tests: 5 passed, 0 failed, 0 skipped");
});

it("says so when nothing was run", () => {
  expect(summaryOf(folder)).toBe("No test was run.");
});
