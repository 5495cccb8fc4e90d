// Loaded into a server (node --import) by a test that asks how long its event loop was ever kept from everybody: the
// longest run of the main thread between two looks at the clock, by the CPU time that it took, so that whatever else
// keeps the machine busy does not count. SIGUSR2 makes it print the figure, in milliseconds, and begin anew.
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** The main thread's own CPU time in milliseconds; where the system does not tell, the time that went by. */
function clock() {
  try {
    // Linux: nanoseconds on a processor, nanoseconds of waiting for one, number of turns.
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

if (isMainThread) {
  let longest = 0;
  let last = clock();
  const look = () => {
    const now = clock();
    longest = Math.max(longest, now - last);
    last = now;
  };
  setInterval(look, 1).unref();
  process.on("SIGUSR2", () => {
    look();
    process.stdout.write(`LONGEST ${longest.toFixed(1)}\n`);
    longest = 0;
  });
}
