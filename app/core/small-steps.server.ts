import { setTimeout as sleep } from "node:timers/promises";
import { FairQueue } from "~/core/data/fair-queue";

/**
 * Work of the process itself that is long as a whole and short in each of its steps, such as writing an export. One step
 * is done at a time, the accounts take turns, and after each everybody else has the process for as long as it took: all
 * such work together never takes more than half of it.
 */
const steps = new FairQueue(1);

/** The shortest and the longest rest after a step, in milliseconds. */
const [shortestRest, longestRest] = [1, 50];

/** Does the next step of an account's work when it is its turn. */
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
 * The parts of a long text, each made as a step of its own.
 *
 * @param account - whose work it is
 * @param parts - makes a part when it is asked for the next one, in a few milliseconds
 */
export async function* inSmallSteps(account: string, parts: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    for (;;) {
      const part = await takeStep(account, () => parts.next());
      if (part.done) return;
      yield part.value;
    }
  } finally {
    // Whoever asked may have left in the middle.
    await parts.return(undefined);
  }
}
