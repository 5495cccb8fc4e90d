import type { Reporter, TestModule } from "vitest/node";
import { keepCounts } from "./counts";

/**
 * Counts the results of the tests. An error outside of a test, such as a file that cannot be loaded, counts as a
 * failure.
 */
export default class VitestCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      counts.passed += states.filter((state) => state === "passed").length;
      counts.skipped += states.filter((state) => state === "skipped").length;
      counts.failed += states.filter((state) => state === "failed").length;
      if (!states.includes("failed") && module.state() === "failed") counts.failed += 1;
    }
    keepCounts("unit and integration tests", counts);
  }
}
