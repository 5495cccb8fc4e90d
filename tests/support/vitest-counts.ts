import type { Reporter, TestModule, Vitest } from "vitest/node";
import { keepCounts, type Counts } from "./counts";

/**
 * Counts what became of the tests, for each project by itself: the projects may be run by several commands. What failed
 * outside of the tests, such as a file that cannot be loaded, counts as failed.
 */
export default class VitestCounts implements Reporter {
  private projects: string[] = [];

  onInit(vitest: Vitest): void {
    this.projects = vitest.projects.map(({ name }) => name);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counted = this.projects.map((name): [string, Counts] => [name, { passed: 0, failed: 0, skipped: 0 }]);
    // Nobody's in particular.
    for (const [, counts] of counted.slice(0, 1)) counts.failed += unhandled.length;
    for (const [name, counts] of counted)
      for (const module of modules.filter(({ project }) => project.name === name)) {
        const states = [...module.children.allTests()].map((test) => test.result().state);
        counts.passed += states.filter((state) => state === "passed").length;
        counts.skipped += states.filter((state) => state === "skipped").length;
        counts.failed += states.filter((state) => state === "failed").length;
        if (!states.includes("failed") && module.state() === "failed") counts.failed += 1;
      }
    for (const [name, counts] of counted) keepCounts("unit and integration tests", name, counts);
  }
}
