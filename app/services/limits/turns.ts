import { RateLimited } from "~/core/errors";

/** How many may wait for one key. Neither people nor reasonable programs send more at once. */
const mostWaiting = 50;

const last = new Map<string, { settled: Promise<unknown>; waiting: number }>();

/**
 * Runs the work for one key one after the other. An attempt counts against its limit until it is known to have
 * succeeded. Without turns, correct attempts sent at once would use up the limit.
 *
 * @throws {RateLimited} when 50 are waiting already
 */
export async function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const before = last.get(key);
  if (before && before.waiting >= mostWaiting)
    throw new RateLimited(2, "Too many attempts at once. Try again in a few seconds.");
  const mine = (before?.settled ?? Promise.resolve()).then(work);
  const entry = { settled: mine.catch(() => undefined), waiting: (before?.waiting ?? 0) + 1 };
  last.set(key, entry);
  try {
    return await mine;
  } finally {
    const newest = last.get(key);
    if (newest) newest.waiting--;
    if (newest === entry) last.delete(key);
  }
}
