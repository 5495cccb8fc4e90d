import { createRequestHandler, type AppLoadContext, type ServerBuild } from "@remix-run/node";
import { parse } from "cookie";
import { config } from "~/core/settings/config.server";
import { withDeadline } from "~/core/data/deadline.server";
import { serveApi } from "~/api/routes.server";
import { bodyOf } from "./complete-answer.server";
import { sendFile } from "~/web/page/download.server";
import { guardRoutes } from "./guarded-routes.server";
import type { Surface } from "./surface";
import type { Draft } from "~/web/request-context";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";

/**
 * The adapter between the HTTP server and Remix. It is our own, because the framework's adapter lacks what `/api`
 * needs: the request's original method if the framework does not support it, a body that has already been read and
 * measured, and a signal that ends with the answer (docs/decisions/0002-own-http-adapter.md).
 */
export type RemixHandler = (
  req: ExpressRequest,
  res: ExpressResponse,
  target: { url: URL; surface: Surface; context: AppLoadContext; method?: string },
) => Promise<void>;

const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const bodiless = new Set(["GET", "HEAD"]);

/**
 * Headers that only this adapter and the checks before it need. `Origin` is among them because it has been checked
 * already; the framework's own check comes too late.
 */
const notForwarded = new Set([
  "origin",
  "x-forwarded-host",
  "host",
  "connection",
  "content-length",
  "content-encoding",
]);

export function remixHandler(build: ServerBuild | (() => Promise<ServerBuild>), mode: string): RemixHandler {
  const guarded = typeof build === "function" ? async () => guardRoutes(await build()) : guardRoutes(build);
  const handle = createRequestHandler(guarded, mode);

  /**
   * After a sign-in: submits the draft that the person sent after their earlier session had ended. They get the draft's
   * answer, together with the cookies of the sign-in.
   */
  async function goOn({ path, fields }: Draft, sent: Headers, context: AppLoadContext, signal: AbortSignal) {
    const headers = new Headers(sent);
    headers.set("Content-Type", "application/x-www-form-urlencoded");
    headers.set("Cookie", cookiesAfter(sent.get("Cookie"), context.answerHeaders.getSetCookie()));
    const target = new URL(path, context.origin);
    Object.assign(context, { resume: undefined, caller: undefined, route: undefined });
    return handle(new Request(target, { method: "POST", headers, body: new URLSearchParams(fields), signal }), context);
  }

  const respond: RemixHandler = async (req, res, { url, surface, context, method = req.method }) => {
    const known = knownMethods.has(method) ? method : "GET";
    const init = { method: known, headers: toHeaders(req), body: bodiless.has(known) ? null : receivedBody(req) };
    if (surface === "api") {
      await send(await serveApi(new Request(url, init), context), res, context);
      return;
    }
    // The framework keeps a request's data in memory until its own timer or this signal ends the request.
    const answered = new AbortController();
    res.once("close", () => answered.abort(over));
    const first = await handle(new Request(url, { ...init, signal: answered.signal }), context);
    const answer = context.resume ? await goOn(context.resume, init.headers, context, answered.signal) : first;
    const { download } = context;
    // A file has no deadline as a whole; each of its database statements has the usual time limit.
    if (download && surface !== "data") await withDeadline(null, () => sendFile(download, res, context));
    else await send(answer, res, context);
  };
  return (req, res, target) => withDeadline(config().statementTimeoutMs, () => respond(req, res, target));
}

/** One shared reason, because by default each abort would create an exception with a stack trace. */
const over = new Error("The answer is sent");

/** The `Cookie` header that the browser would send after it has stored an answer's cookies. */
function cookiesAfter(header: string | null, set: readonly string[]): string {
  const cookies = new Map(Object.entries(parse(header ?? "")));
  for (const one of set)
    for (const [name, value] of Object.entries(parse(one.split(";")[0] ?? ""))) cookies.set(name, value);
  return [...cookies].map(([name, value]) => `${name}=${value ?? ""}`).join("; ");
}

/** The bytes of the body that was read before; null for a request without a body. */
const receivedBody = (req: ExpressRequest): Uint8Array<ArrayBuffer> | null =>
  Buffer.isBuffer(req.body) ? new Uint8Array(req.body) : null;

function toHeaders(req: ExpressRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value === undefined || notForwarded.has(name)) continue;
    if (Array.isArray(value)) for (const one of value) headers.append(name, one);
    else headers.set(name, value);
  }
  return headers;
}

async function send(answer: Response, res: ExpressResponse, context: AppLoadContext): Promise<void> {
  // The framework answers its own client's requests with other statuses, so a refusal's status is set here.
  res.status(context.refusal?.status ?? answer.status);
  for (const headers of [answer.headers, context.answerHeaders])
    for (const [name, value] of headers) {
      if (name === "set-cookie" || name === "vary") res.append(name, value);
      else res.setHeader(name, value);
    }
  if (!res.hasHeader("Cache-Control")) res.setHeader("Cache-Control", "no-store");
  // Pages and documents are complete before the first byte is sent, so their length is known and errors never leave a
  // half-sent page.
  res.end(await bodyOf(answer));
}
