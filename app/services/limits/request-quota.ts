/**
 * How many requests one token may send to `/api`: generous, for programs that have lost their way. Counted in windows of a
 * minute, in this process's memory: a write to the database for every request would cost more than the request
 * (docs/decisions/0008-quota-in-memory.md).
 */
export const quotaWindowSeconds = 60;

/** How many forms one account may send from pages in a window: several times what the quickest person does. */
export const formsPerWindow = 240;

/** How many of its tokens' quotas one account may use up together: a hundred tokens are not a hundred times as much. */
export const quotasPerAccount = 5;

export type Quota = Readonly<{
  /** Requests in a window. */
  limit: number;
  /** Left in this window, this request counted. */
  remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  resetSeconds: number;
  /** Was this request one too many? */
  exceeded: boolean;
}>;

const windowMs = quotaWindowSeconds * 1000;

let current = 0;
const counts = new Map<string, number>();

/**
 * Counts one request.
 *
 * @param holder - the id of the session or token
 * @param limit - how many are allowed in a window
 */
export function countRequest(holder: string, limit: number, now = Date.now()): Quota {
  const window = Math.floor(now / windowMs);
  // Everybody's window ends at once, so nothing is kept of those who have stopped asking.
  if (window !== current) {
    current = window;
    counts.clear();
  }
  const count = (counts.get(holder) ?? 0) + 1;
  counts.set(holder, count);
  return {
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1000)),
    exceeded: count > limit,
  };
}
