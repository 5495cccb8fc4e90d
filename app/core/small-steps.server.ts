import { setTimeout as sleep } from "node:timers/promises";
import { FairQueue } from "~/core/data/fair-queue";

/**
 * Runs long work of the process, such as writing an export, in short steps. One step runs at a time and the accounts
 * take turns. After each step the process rests for as long as the step took, so all such work together takes at most
 * half of the process's time.
 */
const steps = new FairQueue(1);

/** The shortest and the longest rest after a step, in milliseconds. */
const [shortestRest, longestRest] = [1, 50];

/** Runs the next step of an account's work when it is the account's turn. */
function takeStep<Result>(account: string, step: () => Promise<Result>): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    void steps.run(account, async () => {
      const began = performance.now();
      await step().then(resolve, reject);
      await sleep(Math.min(longestRest, Math.max(shortestRest, performance.now() - began)));
    });
  });
}

/**
 * Produces the parts of a long text, each as a step of its own.
 *
 * @param account - the account that the work belongs to
 * @param parts - produces the next part when asked, within a few milliseconds
 */
export async function* inSmallSteps(account: string, parts: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    for (;;) {
      const part = await takeStep(account, () => parts.next());
      if (part.done) return;
      yield part.value;
    }
  } finally {
    // The reader may have stopped early.
    await parts.return(undefined);
  }
}
