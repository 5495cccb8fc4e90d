import { subscriberOf } from "~/core/network-address";
import { BodyBudget } from "~/web/body/body-budget";
import { bodyLimitOf } from "~/web/body/body-limits";
import { readBody } from "~/web/body/read-body.server";
import type { Step } from "./exchange";

/** Bytes that request bodies may hold in memory at once, for one subscriber and for all together. */
const bodiesOfSubscriber = 8_000_000;
const bodiesTogether = 64_000_000;

/**
 * Reads the body into `req.body`, which is null if there is no body. Reports `BodyRefused` for a body that is refused.
 */
export function takeBody(): Step["run"] {
  const budget = new BodyBudget(bodiesOfSubscriber, bodiesTogether);
  return ({ req, res, surface, url, context }, next) => {
    const share = budget.share(subscriberOf(context.client.address));
    res.once("close", share.release);
    readBody(req, bodyLimitOf(url.pathname, surface === "api"), share).then((body) => {
      req.body = body;
      next();
    }, next);
  };
}
