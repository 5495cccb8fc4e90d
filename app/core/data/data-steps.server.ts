import { setTimeout as wait } from "node:timers/promises";
import { db } from "./db.server";

/**
 * Work on existing rows that SQL cannot do. A migration asks for it by a row in `data_steps`, and it is done beside the
 * requests, some rows at a time: a start does not wait for it, and a stop loses no more than the rows under way.
 */
export type DataStep = Readonly<{
  name: string;
  /**
   * Works on some rows, few enough that no request notices.
   *
   * @param position - where it stopped, as it was answered before; null at the beginning
   * @returns where to go on; null when nothing is left
   */
  run: (position: string | null) => Promise<string | null>;
  /** Is told, in every process, that the step is finished. */
  onFinished?: () => void;
}>;

/** Is there a step of this name that is not finished? */
export const isUnfinished = async (name: string): Promise<boolean> =>
  (await db().dataStep.count({ where: { name, finishedAt: null } })) > 0;

/**
 * Goes on with a step until it is finished. Another process that works on it as well is left to it: the position moves by
 * compare and swap, and whoever is too late goes away.
 *
 * @param signal - stops it after the rows under way
 * @param pause - waits between two lots of rows, for the requests that want the database meanwhile
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
/** After a failure, and while another process is at it. */
const againAfterMs = 60_000;

export type RunningSteps = Readonly<{
  /** Stops after the rows under way. */
  stop: () => Promise<void>;
}>;

/**
 * Works on what is unfinished of these steps, one after the other.
 *
 * @param onFailure - is told what went wrong; the step goes on a minute later
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
