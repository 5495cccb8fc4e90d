import { problem } from "~/api/problem.server";
import type { RemixHandler } from "../remix-handler.server";
import type { Exchange, Next } from "./exchange";
import { pathAsRoute } from "./log-line.server";

/** What is answered in place of a route: a status, a sentence for people, and headers. */
export type Refusal = [status: number, message: string, headers?: Readonly<Record<string, string>>];

/** Answers with a refusal, in the form of the request's surface; `next` hears of an answer that cannot be made. */
export type Refuse = (exchange: Exchange, refusal: Refusal, next: Next) => void;

/** @param remix - draws the page that says so */
export const refuseBy =
  (remix: RemixHandler): Refuse =>
  (exchange, refusal, next) =>
    void answer(remix, exchange, refusal).catch(next);

async function answer(remix: RemixHandler, exchange: Exchange, [status, message, headers = {}]: Refusal) {
  const { req, res, surface, context, url } = exchange;
  context.answerHeaders.set("Cache-Control", "no-store");
  for (const [name, value] of Object.entries(headers)) context.answerHeaders.set(name, value);
  const { drawnAt, method, instead } = placeOfRefusal(exchange);
  context.refusal = { status, message, instead };
  context.route = pathAsRoute(req.url);
  if (surface !== "api") return remix(req, res, { url: new URL(drawnAt, url), surface, context, method });
  const answer = problem(status, message, status === 503 ? { code: "unavailable" } : {});
  res
    .status(status)
    .setHeaders(answer.headers)
    .setHeaders(context.answerHeaders)
    .end(await answer.text());
}

/**
 * Where a refusal is drawn. What the framework's own client asks for is answered in the framework's form: after a form it
 * shows the refusal in the page's place; data it would search for the parts of its page alone, so the browser is sent to
 * ask for the page itself.
 */
function placeOfRefusal({ req: { method }, surface, url: { pathname, search } }: Exchange) {
  if (surface !== "data") return { drawnAt: "/refused", method: "GET" };
  if (method !== "GET" && method !== "HEAD") return { drawnAt: "/refused.data", method: "POST" };
  const page = pathname
    .replace(/^\/+/, "/")
    .replace(/^\/_root\.data$/, "/")
    .replace(/\.data$/, "");
  return { drawnAt: "/refused.data", method: "GET", instead: page + search };
}
