// Makes sure that the browser tests have a Chromium: the system's, else Playwright's own, else Debian's package.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { findChromium } from "./find-chromium.mjs";

// A closed network may swallow a connection instead of refusing it.
const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" };
const run = (command, ...args) => spawnSync(command, args, { stdio: "inherit", env }).status === 0;
const isRoot = process.getuid?.() === 0;

function installPlaywrights() {
  const cli = path.join(path.dirname(createRequire(import.meta.url).resolve("playwright/package.json")), "cli.js");
  if (run(process.execPath, cli, "install", "chromium") && isRoot)
    run(process.execPath, cli, "install-deps", "chromium");
}

/** Debian and its relatives, as root; elsewhere there is no package manager to rely on. */
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
