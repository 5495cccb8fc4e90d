import { AsyncLocalStorage } from "node:async_hooks";

/**
 * How long what is under way may still wait for the database. A request has one limit for all of its statements together:
 * each of them waits for what is left, and none is begun when nothing is.
 */
type Deadline = { at: number; over: boolean };

const storage = new AsyncLocalStorage<Deadline | null>();

/**
 * Runs something that has to be done with the database within a time. What it leaves behind, such as a timer, is not held
 * to it any more once it has ended.
 *
 * @param milliseconds - from now; null for as long as it takes, as for a file that is sent while it is made
 */
export async function withDeadline<Result>(milliseconds: number | null, run: () => Promise<Result>): Promise<Result> {
  const deadline = milliseconds === null ? null : { at: performance.now() + milliseconds, over: false };
  try {
    return await storage.run(deadline, run);
  } finally {
    if (deadline) deadline.over = true;
  }
}

/** Milliseconds that are left, 0 or less when the time is over; infinite outside of `withDeadline`. */
export function timeLeft(): number {
  const deadline = storage.getStore();
  return deadline && !deadline.over ? deadline.at - performance.now() : Infinity;
}
