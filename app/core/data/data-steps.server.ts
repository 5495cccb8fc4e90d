import { setTimeout as wait } from "node:timers/promises";
import { db } from "./db.server";

/**
 * Work on existing rows that SQL cannot do. A migration requests it by a row in `data_steps`. It runs in the
 * background, a batch of rows at a time: a start does not wait for it, and a stop loses at most the current batch.
 */
export type DataStep = Readonly<{
  name: string;
  /**
   * Processes a batch of rows, small enough to delay no request.
   *
   * @param position - what the previous batch returned; null at the beginning
   * @returns where to continue; null when nothing is left
   */
  run: (position: string | null) => Promise<string | null>;
  /** Called in every process once the step is finished. */
  onFinished?: () => void;
}>;

/** Whether there is a step of this name that is not finished. */
export const isUnfinished = async (name: string): Promise<boolean> =>
  (await db().dataStep.count({ where: { name, finishedAt: null } })) > 0;

/**
 * Continues a step until it is finished. If another process works on it too, one of them gives up: the position moves
 * by compare-and-swap, and the process that loses returns.
 *
 * @param signal - stops the step after the current batch
 * @param pause - waits between two batches, to let requests use the database
 * @returns whether the step is finished
 */
export async function continueStep(step: DataStep, signal: AbortSignal, pause: () => Promise<void>): Promise<boolean> {
  const { name } = step;
  const state = await db().dataStep.findUnique({ where: { name } });
  if (!state || state.finishedAt) return true;
  for (let { position } = state; !signal.aborted; await pause()) {
    const next = await step.run(position);
    const data = next === null ? { finishedAt: new Date() } : { position: next };
    const { count } = await db().dataStep.updateMany({ where: { name, position, finishedAt: null }, data });
    if (count === 0) return !(await isUnfinished(name));
    if (next === null) return true;
    position = next;
  }
  return false;
}

const pauseMs = 20;
/** The wait after a failure, and while another process works on the step. */
const againAfterMs = 60_000;

export type RunningSteps = Readonly<{
  /** Stops after the current batch. */
  stop: () => Promise<void>;
}>;

/**
 * Runs the unfinished steps, one after the other.
 *
 * @param onFailure - called with an error; the step is tried again a minute later
 */
export function startSteps(steps: readonly DataStep[], onFailure: (error: unknown) => void): RunningSteps {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
  const finish = async (step: DataStep) => {
    while (!signal.aborted) {
      try {
        if (await continueStep(step, signal, () => pause(pauseMs))) return step.onFinished?.();
      } catch (error) {
        onFailure(error);
      }
      await pause(againAfterMs);
    }
  };
  const work = async () => {
    for (const step of steps) await finish(step);
  };
  const working = work();
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
