// Runs a command while other processes keep all cores busy: node scripts/under-load.mjs <command> [words…]. Returns the
// command's exit code. A test that passes here does not depend on the machine's speed.
import { spawn } from "node:child_process";
import { constants, availableParallelism } from "node:os";

// Checks whether its parent still exists, because the parent may be killed without notice.
const busy = `const parent = process.ppid; while (process.ppid === parent) { const until = Date.now() + 200; while (Date.now() < until); }`;

const cores = availableParallelism();
const load = Array.from({ length: cores }, () => spawn(process.execPath, ["-e", busy], { stdio: "ignore" }));
const end = () => load.forEach((child) => child.kill("SIGKILL"));
process.on("exit", end);

const [command = "", ...words] = process.argv.slice(2);
console.log(`${cores} other processes keep the cores of this machine busy meanwhile.`);
const child = spawn(command, words, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`${command} cannot be started: ${error.message}`);
  process.exit(1);
});
child.on("close", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
