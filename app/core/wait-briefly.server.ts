import { troubleOf } from "~/core/data/unavailable.server";

/** How long a request waits for a side write, in milliseconds. */
const longestWait = 1_000;

/** How long later side writes are not waited for after a late one, in milliseconds. */
const skipWaitFor = 5_000;

let skipWaitUntil = 0;

/**
 * Waits briefly for a write that is a side effect of a request, such as noting when its session was last used. A
 * request that only reads must not wait long for a database that accepts no writes.
 *
 * @returns whether the write is known to be done; a late write continues in the background
 * @throws the write's error if it came in time, unless it means that the database accepts no writes
 */
export async function waitBriefly(writing: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const written = writing.then(
    () => true,
    (error: unknown) => {
      if (troubleOf(error)) return false;
      throw error;
    },
  );
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(
      () => {
        skipWaitUntil = performance.now() + skipWaitFor;
        // Nobody handles a later failure.
        written.catch(() => undefined);
        resolve(false);
      },
      performance.now() < skipWaitUntil ? 0 : longestWait,
    );
  });
  try {
    return await Promise.race([written, late]);
  } finally {
    clearTimeout(timer);
  }
}
