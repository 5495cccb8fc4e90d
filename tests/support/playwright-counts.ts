import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";
import { keepCounts } from "./counts";

/** Counts the results of the browser tests. A run that was cut short counts as a failure. */
export default class PlaywrightCounts implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onEnd({ status }: FullResult): void {
    const outcomes = (this.suite?.allTests() ?? []).map((test) => test.outcome());
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    const failed = count("unexpected") + count("flaky");
    keepCounts("browser tests", "all", {
      passed: count("expected"),
      failed: failed || (status === "passed" ? 0 : 1),
      skipped: count("skipped"),
    });
  }

  printsToStdio(): boolean {
    return false;
  }
}
