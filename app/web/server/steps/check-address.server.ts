import type { AddressFault } from "../request-url";
import type { Step } from "./exchange";
import type { Refusal, Refuse } from "./refuse.server";

const refusals: Record<AddressFault, Refusal> = {
  unreadable: [400, "The address of this request is not valid"],
  long: [414, "The address of this request is longer than any address here"],
  nowhere: [404, "There is nothing at this address."],
};

/** Refuses a request whose address must not reach any route. */
export const checkAddress =
  (refuse: Refuse): Step["run"] =>
  (exchange, next) => {
    if (exchange.fault === null) next();
    else refuse(exchange, refusals[exchange.fault], next);
  };
