import { AsyncLocalStorage } from "node:async_hooks";

/**
 * How long the current request may still wait for the database. All of its statements share one limit: each waits at
 * most for the time that is left, and none starts when none is left.
 */
type Deadline = { at: number; over: boolean };

const storage = new AsyncLocalStorage<Deadline | null>();

/**
 * Runs database work with a deadline. Code that is still running when `run` has ended, such as a timer, is no longer
 * bound by it.
 *
 * @param milliseconds - from now; null for no limit, for a file that is produced while it is sent
 */
export async function withDeadline<Result>(milliseconds: number | null, run: () => Promise<Result>): Promise<Result> {
  const deadline = milliseconds === null ? null : { at: performance.now() + milliseconds, over: false };
  try {
    return await storage.run(deadline, run);
  } finally {
    if (deadline) deadline.over = true;
  }
}

/** The milliseconds left: 0 or less after the deadline, infinite outside of `withDeadline`. */
export function timeLeft(): number {
  const deadline = storage.getStore();
  return deadline && !deadline.over ? deadline.at - performance.now() : Infinity;
}
