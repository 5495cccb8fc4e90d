import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "~": path.resolve(import.meta.dirname, "app") };

/** How long a test waits for what has to come. It is there at once; on a machine that is busy with other things, later. */
const patience = { expect: { poll: { timeout: 30_000 } } };

/** Integration tests run twice, once on each database: the same files, another setting. */
const integration = (database: "sqlite" | "postgresql") => ({
  resolve: { alias },
  test: {
    name: database,
    include: ["tests/integration/**/*.test.ts"],
    exclude: ["tests/integration/data/migrations.test.ts"],
    ...patience,
    setupFiles: ["tests/support/integration-setup.ts"],
    env: { TEST_DATABASE: database },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    globalSetup: ["tests/support/vitest-global-setup.ts"],
    projects: [
      { resolve: { alias }, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      {
        resolve: { alias },
        // Both databases in one file: it compares them.
        test: {
          name: "migrations",
          include: ["tests/integration/data/migrations.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      integration("sqlite"),
      integration("postgresql"),
    ],
  },
});
