// Makes sure that the browser tests have a Chromium: the system's, otherwise Playwright's own, otherwise Debian's
// package.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { findChromium } from "./find-chromium.mjs";

// A closed network may drop connections instead of refusing them.
const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" };
const run = (command, ...args) => spawnSync(command, args, { stdio: "inherit", env }).status === 0;
const isRoot = process.getuid?.() === 0;

function installPlaywrights() {
  const cli = path.join(path.dirname(createRequire(import.meta.url).resolve("playwright/package.json")), "cli.js");
  if (run(process.execPath, cli, "install", "chromium") && isRoot)
    run(process.execPath, cli, "install-deps", "chromium");
}

/** Only for root on Debian and its derivatives; other systems have no known package manager. */
const installDebians = () =>
  isRoot && run("apt-get", "update", "-qq") && run("apt-get", "install", "-y", "-qq", "chromium");

if (!findChromium()) {
  installPlaywrights();
  if (!findChromium()) installDebians();
  if (!findChromium()) {
    console.error("There is no Chromium for the browser tests. Install one, by: npx playwright install chromium");
    process.exit(1);
  }
}
