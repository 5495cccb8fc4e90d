import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Pauses a call just before one of its writes: its permission has been checked, and nothing is written yet. Every write
 * passes `retrying` or `transaction` of `app/core/data/transaction.server.ts`; the test mocks that module with
 * functions that call `passHold` first. No clock is involved.
 */

type Hold = { left: number; reached: () => void; goOn: Promise<void> };

const storage = new AsyncLocalStorage<Hold>();

/** For the mocks: waits here if the running call is to be paused at this write. */
export async function passHold(): Promise<void> {
  const hold = storage.getStore();
  if (!hold || hold.left-- !== 1) return;
  hold.reached();
  await hold.goOn;
}

export type Held = Readonly<{
  /** Whether it was paused. If not, it had fewer writes and has finished. */
  isHeld: boolean;
  /** Lets it continue, and waits for its end. */
  finish: () => Promise<PromiseSettledResult<unknown>>;
}>;

/**
 * Starts a call, and returns when it is paused.
 *
 * @param at - the write before which it is paused, counted from 1
 */
export async function startHeld(at: number, call: () => Promise<unknown>): Promise<Held> {
  let goOn: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (goOn = resolve));
  let reached: () => void = () => undefined;
  const held = new Promise<true>((resolve) => (reached = () => resolve(true)));
  const [ended] = [storage.run({ left: at, reached, goOn: waiting }, () => Promise.allSettled([call()]))];
  const isHeld = await Promise.race([held, ended.then(() => false)]);
  return {
    isHeld,
    finish: async () => {
      goOn();
      const [result] = await ended;
      return result;
    },
  };
}
