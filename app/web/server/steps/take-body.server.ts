import { subscriberOf } from "~/core/network-address";
import { BodyBudget } from "~/web/body/body-budget";
import { bodyLimitOf } from "~/web/body/body-limits";
import { readBody } from "~/web/body/read-body.server";
import type { Step } from "./exchange";

/** Bytes that the bodies of requests may hold in memory at once. */
const bodiesOfSubscriber = 8_000_000;
const bodiesTogether = 64_000_000;

/** Reads the body into `req.body`, null where there is none; a body that cannot be taken is a `BodyRefused`. */
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
