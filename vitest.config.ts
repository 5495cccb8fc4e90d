import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { runAtNoon } from "./tests/support/noon";

runAtNoon();

const alias = { "~": path.resolve(import.meta.dirname, "app") };

/**
 * Nothing waits for time to pass, so these are for what never comes: a machine that is busy with other things may take many
 * times as long as an idle one. In milliseconds.
 */
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000, interval: 20 } } };

/** Integration tests run twice, once on each database: the same files, another setting. */
const integration = (database: "sqlite" | "postgresql") => ({
  resolve: { alias },
  test: {
    name: database,
    include: ["tests/integration/**/*.test.ts"],
    exclude: ["tests/integration/core/data/migrations.test.ts"],
    ...patience,
    setupFiles: ["tests/support/integration-setup.ts"],
    env: { TEST_DATABASE: database },
  },
});

export default defineConfig({
  // For the global setup; the projects do not take it over.
  resolve: { alias },
  test: {
    globalSetup: ["tests/support/vitest-global-setup.ts"],
    reporters: ["default", "./tests/support/vitest-counts.ts"],
    // Much of a test's time is waiting for a server or a disk: on two cores one worker would leave them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    minWorkers: 1,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          ...patience,
          setupFiles: ["tests/support/unit-setup.ts"],
        },
      },
      {
        resolve: { alias },
        // Both databases in one file: it compares them.
        test: {
          name: "migrations",
          include: ["tests/integration/core/data/migrations.test.ts"],
          ...patience,
        },
      },
      integration("sqlite"),
      integration("postgresql"),
    ],
  },
});
