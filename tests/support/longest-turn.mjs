// Loaded into a server (node --import) by a test that measures how long its event loop was blocked: the longest run of
// the main thread between two checks of the clock. It counts CPU time, so that other work on the machine does not
// matter. On SIGUSR2 it prints the figure, in milliseconds, and starts again.
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** The main thread's CPU time in milliseconds, or the elapsed time if the system does not report it. */
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
