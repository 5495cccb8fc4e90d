import { problem } from "~/api/problem.server";
import type { RemixHandler } from "../remix-handler.server";
import type { Exchange, Next } from "./exchange";
import { pathAsRoute } from "./log-line.server";

/** The answer in place of a route's: a status, a sentence for people, and headers. */
export type Refusal = [status: number, message: string, headers?: Readonly<Record<string, string>>];

/**
 * Answers with a refusal, in the form of the request's surface. If the answer cannot be made, `next` is called with the
 * error.
 */
export type Refuse = (exchange: Exchange, refusal: Refusal, next: Next) => void;

/** @param remix - draws the page with the refusal */
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
 * Where a refusal is drawn. Requests of the framework's own client are answered in the framework's format. After a
 * form, the client shows the refusal in place of the page. When it loads data, it would look only for the data of its
 * page's parts, so the browser is redirected to request the page itself.
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
