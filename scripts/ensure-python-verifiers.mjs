// Makes sure that the Python programs in docs/verifying-tokens.md have their packages, for their tests: the system's,
// otherwise Debian's, otherwise a virtual environment below node_modules.
import { spawnSync } from "node:child_process";
import { findPython, pythonPackages, venv } from "./find-python.mjs";

const run = (command, ...args) => spawnSync(command, args, { stdio: "inherit" }).status === 0;

const installDebians = () =>
  process.getuid?.() === 0 &&
  run("apt-get", "update", "-qq") &&
  run("apt-get", "install", "-y", "-qq", ...pythonPackages.map(({ debian }) => debian));

const installInVenv = () =>
  run("python3", "-m", "venv", venv) &&
  run(`${venv}/bin/pip`, "install", "--quiet", ...pythonPackages.map(({ pip }) => pip));

if (!findPython()) {
  if (!installDebians() || !findPython()) installInVenv();
  if (!findPython()) {
    const names = pythonPackages.map(({ pip }) => pip).join(" ");
    console.error(`The tests of docs/verifying-tokens.md need Python 3 with: ${names}`);
    process.exit(1);
  }
}
