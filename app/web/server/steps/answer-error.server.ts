import type { Unavailable } from "~/core/errors";
import { BodyRefused } from "~/web/body/read-body.server";
import { describeError, log } from "~/web/log/log.server";
import { asUnavailable } from "~/web/log/unavailable.server";
import type { Exchange, Next } from "./exchange";
import type { Refusal, Refuse } from "./refuse.server";

/**
 * Ends a request in which a step has failed. An unavailable database or a refused body is answered with a refusal; any
 * other error is logged and answered 500, in the form of the request's surface. If the answer has already begun, the
 * connection is closed.
 */
export const answerError =
  (refuse: Refuse) =>
  (error: unknown, exchange: Exchange, leave: Next): void => {
    const { res, surface, context } = exchange;
    const unavailable = asUnavailable(error);
    if (unavailable && res.headersSent) {
      res.destroy();
      return;
    }
    const refusal = res.headersSent ? null : (unavailableRefusal(unavailable) ?? bodyRefusal(error));
    if (refusal) {
      refuse(exchange, refusal, leave);
      return;
    }
    log().error({ id: context.requestId, ...describeError(error) }, "request failed");
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const text = "Something went wrong on our side.";
    res.status(500).setHeader("Cache-Control", "no-store");
    if (surface === "api")
      res
        .type("application/problem+json")
        .end(JSON.stringify({ type: "about:blank", title: "Internal error", status: 500, detail: text }));
    else res.type("text/plain").end(text);
  };

const bodyRefusal = (error: unknown): Refusal | null =>
  error instanceof BodyRefused ? [error.status, error.message, error.headers] : null;

const unavailableRefusal = (unavailable: Unavailable | null): Refusal | null =>
  unavailable && [503, unavailable.message, { "Retry-After": String(unavailable.retryAfterSeconds) }];
