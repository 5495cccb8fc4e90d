/**
 * How many requests one token may send to `/api`: enough for any program that works correctly. Counted per minute in
 * this process's memory, because a database write for every request would cost more than the request
 * (docs/decisions/0008-quota-in-memory.md).
 */
export const quotaWindowSeconds = 60;

/** How many forms one account may send from pages in a window: several times what the fastest person sends. */
export const formsPerWindow = 240;

/** How many tokens' quotas one account may use in total, however many tokens it has. */
export const quotasPerAccount = 5;

export type Quota = Readonly<{
  /** The requests allowed in a window. */
  limit: number;
  /** The requests left in this window, after this one. */
  remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  resetSeconds: number;
  /** Whether this request is over the limit. */
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
  // All windows end at the same time, so the counters of clients that have stopped are dropped too.
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
