import type { KnipConfig } from "knip";
import routes, { pages } from "./app/routes";

/**
 * `npm run unused` finds files, exports and dependencies that nobody uses, and packages that are used and not listed. What is
 * named here is used in a way that cannot be read from an import. An export with the tag `@public` is for declarations in
 * other files to add to.
 */
const config: KnipConfig = {
  // An exception that is needed no more is a fault as well.
  treatConfigHintsAsErrors: true,
  // The framework asks for two names, and one function answers every method.
  ignoreIssues: { "app/api/pages/api.ts": ["duplicates"] },
  workspaces: {
    ".": {
      entry: [
        "app/routes.ts",
        ...[...routes.map(({ file }) => file), ...pages.map(([, file]) => file)].map((file) => `app/${file}`),
        // The server's build starts from these (vite.config.ts).
        "cli/*.ts",
        "app/core/data/sqlite/sqlite-worker.ts",
        "scripts/unused.mjs",
        // Programs that a measurement or a test starts in a process of their own.
        "bench/floors/*.mjs",
        "bench/floors/page/{server,remix-react}.tsx",
        "bench/floors/page/vite.config.ts",
        "bench/preload/*.mjs",
        "tests/support/*.mjs",
        // For people who write a client.
        "clients/examples/*.mjs",
      ],
      // Migrations are read as text, the schema beside them too.
      project: ["**/*.{ts,tsx,js,mjs,css,prisma}", "!prisma/migrations/**"],
      // Read as text: it refuses to be loaded where there is no browser, and this check needs none.
      playwright: {
        config: [],
        entry: ["playwright.config.ts", "tests/e2e/**/*.spec.ts", "tests/support/playwright-counts.ts"],
      },
      ignoreDependencies: [
        // Imported by the generated database clients.
        "@prisma/client",
        // Imported by a program in docs/verifying-tokens.md, which a test runs.
        "jsonwebtoken",
        // Listed by clients/typescript for its users, and here for the tests of it.
        "openapi-fetch",
      ],
      // The system's own, for tests with a disk that is full.
      ignoreBinaries: ["mount", "umount", "prlimit"],
    },
    "clients/typescript": {},
    // One of these two is loaded by its name, whichever works.
    "packages/better-sqlite3": { ignoreDependencies: ["better-sqlite3-13"] },
    "packages/older-node": { ignoreDependencies: ["better-sqlite3-12"] },
  },
};

export default config;
