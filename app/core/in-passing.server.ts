import { troubleOf } from "~/core/data/unavailable.server";

/** How long a request waits for a note that it takes in passing, in milliseconds. */
const longestWait = 1_000;

/** After a note that was late the next ones are not waited for, for so long (milliseconds). */
const distrust = 5_000;

let trustedAgain = 0;

/**
 * Waits for a write that a request makes in passing, such as when its session was last used: a moment at most, because
 * somebody who only wants to read must not be kept waiting by a database that takes no writes just now.
 *
 * @returns whether it is known to be written; what is late goes on by itself
 * @throws what went wrong in that time, unless it is that the database takes no writes
 */
export async function inPassing(writing: Promise<unknown>): Promise<boolean> {
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
        trustedAgain = performance.now() + distrust;
        // Nobody listens any more to what becomes of it.
        written.catch(() => undefined);
        resolve(false);
      },
      performance.now() < trustedAgain ? 0 : longestWait,
    );
  });
  try {
    return await Promise.race([written, late]);
  } finally {
    clearTimeout(timer);
  }
}
