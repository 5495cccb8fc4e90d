import path from "node:path";
import { defineConfig } from "@playwright/test";
import tests from "../../playwright.config";

/** Draws the README's picture: `npm run picture`. It is no test, and runs with none. */
export default defineConfig({
  ...tests,
  testDir: import.meta.dirname,
  outputDir: path.resolve(import.meta.dirname, "../../test-results"),
  reporter: "list",
  projects: [{ name: "picture", use: { viewport: { width: 1280, height: 842 } } }],
});
