import type { KnipConfig } from "knip";
import routes, { pages } from "./app/routes";

/**
 * `npm run unused` finds unused files, exports and dependencies, and packages that are used but not listed. The entries
 * here are used in ways that no import shows. An export with the tag `@public` is extended by declarations in other
 * files.
 */
const config: KnipConfig = {
  // Report exceptions that are no longer needed as errors too.
  treatConfigHintsAsErrors: true,
  // The framework needs two exports (loader and action), and one function serves as both.
  ignoreIssues: { "app/api/pages/api.ts": ["duplicates"] },
  workspaces: {
    ".": {
      entry: [
        "app/routes.ts",
        ...[...routes.map(({ file }) => file), ...pages.map(([, file]) => file)].map((file) => `app/${file}`),
        // Entries of the server build (vite.config.ts).
        "cli/*.ts",
        "app/core/data/sqlite/sqlite-worker.ts",
        "scripts/unused.mjs",
        // Programs that a measurement or a test starts as separate processes.
        "bench/floors/*.mjs",
        "bench/floors/page/{server,remix-react}.tsx",
        "bench/floors/page/vite.config.ts",
        "bench/preload/*.mjs",
        "tests/support/*.mjs",
        // Examples for people who write a client.
        "clients/examples/*.mjs",
      ],
      // Migrations are left out because they are read as text, and so is the schema beside them.
      project: ["**/*.{ts,tsx,js,mjs,css,prisma}", "!prisma/migrations/**"],
      // Playwright's configuration is only read as text, because it cannot be loaded without a browser, which this
      // check does not need.
      playwright: {
        config: [],
        entry: ["playwright.config.ts", "tests/e2e/**/*.spec.ts", "tests/support/playwright-counts.ts"],
      },
      ignoreDependencies: [
        // Imported by the generated database clients.
        "@prisma/client",
        // Imported by a program in docs/verifying-tokens.md, which a test runs.
        "jsonwebtoken",
        // Listed by clients/typescript for its users, and here for that client's tests.
        "openapi-fetch",
      ],
      // Programs of the operating system, for tests with a full disk.
      ignoreBinaries: ["mount", "umount", "prlimit"],
    },
    "clients/typescript": {},
    // Whichever of the two versions works is loaded by its name.
    "packages/better-sqlite3": { ignoreDependencies: ["better-sqlite3-13"] },
    "packages/older-node": { ignoreDependencies: ["better-sqlite3-12"] },
  },
};

export default config;
