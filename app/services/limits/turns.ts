import { RateLimited } from "~/core/errors";

/** How many may wait for one key: more at once is no person and no sensible program. */
const mostWaiting = 50;

const last = new Map<string, { settled: Promise<unknown>; waiting: number }>();

/**
 * Does the work for one key one after the other. An attempt counts against its limit until it is known to be a good
 * one; without turns, good ones sent at once would use the limit up among themselves.
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
