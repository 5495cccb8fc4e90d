import { AsyncLocalStorage } from "node:async_hooks";

/**
 * How long the current request may still wait for the database. All of its statements share one limit: each waits at
 * most for the time that is left, and none starts when none is left.
 */
type Deadline = {
  at: number;
  over: boolean;
  /** Other waits that are under way, and since when there has been one. */
  pauses: number;
  pausedAt: number;
};

const storage = new AsyncLocalStorage<Deadline | null>();

/**
 * Runs database work with a deadline. Code that is still running when `run` has ended, such as a timer, is no longer
 * bound by it.
 *
 * @param milliseconds - from now; null for no limit, for a file that is produced while it is sent
 */
export async function withDeadline<Result>(milliseconds: number | null, run: () => Promise<Result>): Promise<Result> {
  const deadline = milliseconds === null ? null : { at: performance.now() + milliseconds, over: false, pauses: 0, pausedAt: 0 };
  try {
    return await storage.run(deadline, run);
  } finally {
    if (deadline) deadline.over = true;
  }
}

/** The milliseconds left: 0 or less after the deadline, infinite outside of `withDeadline`. */
export function timeLeft(): number {
  const deadline = storage.getStore();
  if (!deadline || deadline.over) return Infinity;
  return deadline.at - (deadline.pauses > 0 ? deadline.pausedAt : performance.now());
}

/**
 * Runs what is not the database's time, such as waiting for a turn to hash: the deadline moves by as long as it takes.
 * Otherwise a request that had waited for its turn would be told that the database is unavailable.
 */
export async function outsideDeadline<Result>(run: () => Promise<Result>): Promise<Result> {
  const deadline = storage.getStore();
  if (!deadline) return run();
  if (deadline.pauses++ === 0) deadline.pausedAt = performance.now();
  try {
    return await run();
  } finally {
    if (--deadline.pauses === 0) deadline.at += performance.now() - deadline.pausedAt;
  }
}
