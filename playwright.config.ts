import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "./scripts/find-chromium.mjs";
import { runAtNoon } from "./tests/support/noon";

runAtNoon();

/**
 * Browser tests (docs/testing.md). Every page is complete without JavaScript, so every spec runs in two projects; the
 * few that are about what JavaScript adds carry the tag `@javascript`.
 */

const executablePath = findChromium();
if (!executablePath)
  throw new Error(
    "The browser tests need Chromium, and there is none on this machine. `npm run browser` installs one.",
  );

/** Chromium's sandbox refuses to run as root, which is what containers run as. */
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  reporter: [["list"], ["./tests/support/playwright-counts.ts"]],
  // For what never comes. Nothing waits for time to pass, but a machine that is busy with other things takes longer.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  use: {
    ...devices["Desktop Chrome"],
    trace: "off",
    launchOptions: {
      executablePath,
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "with JavaScript" },
    { name: "without JavaScript", use: { javaScriptEnabled: false }, grepInvert: /@javascript/ },
  ],
});
