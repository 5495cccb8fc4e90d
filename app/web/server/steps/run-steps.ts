import { surfaces, type Surface } from "../surface";
import type { Exchange, Next, Step } from "./exchange";

/** The steps of one surface, in their order. */
export const stepsOf = (steps: readonly Step[], surface: Surface): readonly Step[] =>
  steps.filter((step) => step.surfaces.includes(surface));

/**
 * Makes the function that takes a request through the steps of its surface, one after the other, until one answers.
 *
 * @param steps - the steps of all surfaces, in their order; the steps of each surface are selected once and not for
 *   every request
 * @param answerError - ends a request in which a step threw or reported an error
 * @returns a function whose `leave` is called without an error if no step answered, and with the error if `answerError`
 *   cannot answer
 */
export function runSteps(
  steps: readonly Step[],
  answerError: (error: unknown, exchange: Exchange, leave: Next) => void,
): (exchange: Exchange, leave: Next) => void {
  const picked = Object.fromEntries(surfaces.map((surface) => [surface, stepsOf(steps, surface)])) as Record<
    Surface,
    readonly Step[]
  >;
  return (exchange, leave) => {
    const own = picked[exchange.surface];
    let at = 0;
    const next: Next = (error) => {
      if (error) {
        answerError(error, exchange, leave);
        return;
      }
      const step = own[at++];
      if (!step) {
        leave();
        return;
      }
      try {
        step.run(exchange, next);
      } catch (thrown) {
        answerError(thrown, exchange, leave);
      }
    };
    next();
  };
}
