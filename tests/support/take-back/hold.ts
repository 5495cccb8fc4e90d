import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Holds one call of a function where it is about to write, until somebody lets it go on: what is permitted was found out by
 * then, and is not written yet. Every write passes `retrying` or `transaction` of `app/core/data/transaction.server.ts`, whose
 * stand-ins (in the test that mocks the module) ask `passHold` first. No clock is involved.
 */

type Hold = { left: number; reached: () => void; goOn: Promise<void> };

const storage = new AsyncLocalStorage<Hold>();

/** For the stand-ins: waits here if this is the write at which the running call is to be held. */
export async function passHold(): Promise<void> {
  const hold = storage.getStore();
  if (!hold || hold.left-- !== 1) return;
  hold.reached();
  await hold.goOn;
}

export type Held = Readonly<{
  /** Was it held? If not it had fewer writes, and is through. */
  isHeld: boolean;
  /** Lets it go on, and waits for its end. */
  finish: () => Promise<PromiseSettledResult<unknown>>;
}>;

/**
 * Starts a call, and comes back when it is held.
 *
 * @param at - the write before which it is held, the first one being 1
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
