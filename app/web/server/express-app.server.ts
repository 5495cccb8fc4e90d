import type { AppLoadContext } from "@remix-run/node";
import compression from "compression";
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from "express";
import { randomBytes, randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import type { Unavailable } from "~/core/errors";
import { subscriberOf } from "~/core/network-address";
import { BodyBudget } from "~/web/body/body-budget";
import { bodyLimitOf } from "~/web/body/body-limits";
import { clientAddress } from "./client-address";
import { cors } from "./cors.server";
import { refuseForeignForm } from "./foreign-form.server";
import { describeError, log } from "~/web/log/log.server";
import { ownOrigin } from "./own-origin";
import { problem } from "~/api/problem.server";
import { BodyRefused, readBody } from "~/web/body/read-body.server";
import type { RemixHandler } from "./remix-handler.server";
import { readRequestUrl, type AddressFault } from "./request-url";
import { nonceOf, securityHeaders } from "./security-headers.server";
import { asUnavailable } from "~/web/log/unavailable.server";

/** Bytes that the bodies of requests may hold in memory at once. */
const bodiesOfSubscriber = 8_000_000;
const bodiesTogether = 64_000_000;

type Parts = { remix: RemixHandler; assets: express.RequestHandler; isReady: () => Promise<boolean> };

type Incoming = { url: URL; fault: AddressFault | null; isApi: boolean; context: AppLoadContext };

/**
 * Everything that happens to a request before and after its route: addresses, headers, checks, the log.
 *
 * @param parts.remix - answers pages and `/api`
 * @param parts.assets - answers static files, or calls `next`
 * @param parts.isReady - does the database answer?
 */
export function createApp({ remix, assets, isReady }: Parts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", config().trustProxy.length ? [...config().trustProxy] : false);
  const trustsAny = app.get("trust proxy fn") as (address: string, hop: number) => boolean;
  const trusts = (address: string) => trustsAny(address, 0);

  const incoming = (res: Response): Incoming => res.locals.incoming as Incoming;

  /** Answers with an error that arose before a route was asked. */
  const refuse = async (
    req: Request,
    res: Response,
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const { isApi, context, url } = incoming(res);
    context.answerHeaders.set("Cache-Control", "no-store");
    for (const [name, value] of Object.entries(headers)) context.answerHeaders.set(name, value);
    const { drawnAt, method, instead } = placeOfRefusal(req, url);
    context.refusal = { status, message, instead };
    context.route = pathAsRoute(req.url);
    if (!isApi) return remix(req, res, { url: new URL(drawnAt, url), context, method });
    const answer = problem(status, message, status === 503 ? { code: "unavailable" } : {});
    res
      .status(status)
      .setHeaders(answer.headers)
      .setHeaders(context.answerHeaders)
      .end(await answer.text());
  };

  app.use((req, res, next) => {
    const began = performance.now();
    res.locals.nonce = randomBytes(16).toString("base64");
    const origin = ownOrigin(req, config().publicUrl, trusts);
    const { url, fault, isApi } = readRequestUrl(req.url, origin);
    const context: AppLoadContext = {
      requestId: randomUUID(),
      method: req.method,
      origin: origin ?? "http://localhost",
      client: { address: clientAddress(req, trusts), userAgent: (req.get("user-agent") ?? "").slice(0, 512) },
      nonce: nonceOf(res),
      answerHeaders: new Headers(),
    };
    res.locals.incoming = { url: url ?? new URL(context.origin), fault, isApi, context } satisfies Incoming;
    res.setHeader("X-Request-Id", context.requestId);
    res.once("close", () => writeLogLine(req, res, context, performance.now() - began));
    // Static files and the checks below see the address as the router will.
    if (url && fault === null) req.url = url.pathname + url.search;
    securityHeaders(context.origin.startsWith("https:"), req, res, next);
  });

  app.get("/healthz", (_req, res) => {
    answerHealth(res, true);
  });
  app.get("/readyz", (_req, res, next) => {
    isReady().then((ready) => answerHealth(res, ready), next);
  });

  app.use((req, res, next) => {
    const { fault } = incoming(res);
    if (fault === null) next();
    else void refuse(req, res, ...addressRefusal[fault]).catch(next);
  });

  const compress = compression();
  app.use((req, res, next) => {
    // The middleware wraps every write, wanted or not.
    if (req.headers["accept-encoding"] === undefined) next();
    else compress(req, res, next);
  });
  app.use(assets);
  // A script of an earlier version, that an open page asks for: no page, and nothing to keep.
  app.use("/assets", (_req, res) => {
    res.status(404).set("Cache-Control", "no-store").type("text/plain").end("Not found");
  });
  app.use("/api", cors);

  app.use((req, res, next) => {
    const { url, isApi, context } = incoming(res);
    const refusal = isApi ? refuseApi(url) : refusePage(req, url, context);
    if (refusal) void refuse(req, res, ...refusal).catch(next);
    else next();
  });

  const budget = new BodyBudget(bodiesOfSubscriber, bodiesTogether);
  app.use((req, res, next) => {
    const { url, isApi, context } = incoming(res);
    const share = budget.share(subscriberOf(context.client.address));
    res.once("close", share.release);
    readBody(req, bodyLimitOf(url.pathname, isApi), share).then((body) => {
      req.body = body;
      next();
    }, next);
  });

  app.use((req, res, next) => {
    remix(req, res, incoming(res)).catch(next);
  });

  const onError: ErrorRequestHandler = (error: unknown, req, res, next) => {
    const unavailable = asUnavailable(error);
    if (unavailable && res.headersSent) {
      res.destroy();
      return;
    }
    const refusal = res.headersSent ? null : (unavailableRefusal(unavailable) ?? bodyRefusal(error));
    if (refusal) {
      void refuse(req, res, ...refusal).catch(next);
      return;
    }
    const { isApi, context } = incoming(res);
    log().error({ id: context.requestId, ...describeError(error) }, "request failed");
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const text = "Something went wrong on our side.";
    res.status(500).setHeader("Cache-Control", "no-store");
    if (isApi)
      res
        .type("application/problem+json")
        .end(JSON.stringify({ type: "about:blank", title: "Internal error", status: 500, detail: text }));
    else res.type("text/plain").end(text);
  };
  app.use(onError);
  return app;
}

const bodyRefusal = (error: unknown): Refusal | null =>
  error instanceof BodyRefused ? [error.status, error.message, error.headers] : null;

type Refusal = [status: number, message: string, headers?: Readonly<Record<string, string>>];

const addressRefusal: Record<AddressFault, Refusal> = {
  unreadable: [400, "The address of this request is not valid"],
  long: [414, "The address of this request is longer than any address here"],
  nowhere: [404, "There is nothing at this address."],
};

function refuseApi(url: URL): Refusal | null {
  // Addresses by which the framework's own client code asks for data; `/api` has none.
  if (url.pathname.endsWith(".data") || url.searchParams.has("_data")) return [404, "There is nothing at this path"];
  return null;
}

function refusePage(req: Request, url: URL, context: AppLoadContext): Refusal | null {
  if (url.searchParams.has("_data")) return [400, "The address of this request is not valid"];
  if (req.method === "GET" || req.method === "HEAD") return null;
  if (req.method !== "POST") return [405, "Pages answer to GET, HEAD and POST", { Allow: "GET, HEAD, POST" }];
  const foreign = refuseForeignForm(req, context.origin);
  // A script that sends no form of its page reads no page either.
  return foreign === null ? null : [403, foreign, { "X-Refusal": encodeURIComponent(foreign) }];
}

/**
 * Where a refusal is drawn. What the framework's own client asks for is answered in the framework's form: after a form it
 * shows the refusal in the page's place; data it would search for the parts of its page alone, so the browser is sent to
 * ask for the page itself.
 */
function placeOfRefusal({ method }: Request, { pathname, search }: URL) {
  if (!pathname.endsWith(".data")) return { drawnAt: "/refused", method: "GET" };
  if (method !== "GET" && method !== "HEAD") return { drawnAt: "/refused.data", method: "POST" };
  const page = pathname
    .replace(/^\/+/, "/")
    .replace(/^\/_root\.data$/, "/")
    .replace(/\.data$/, "");
  return { drawnAt: "/refused.data", method: "GET", instead: page + search };
}

const unavailableRefusal = (unavailable: Unavailable | null): Refusal | null =>
  unavailable && [503, unavailable.message, { "Retry-After": String(unavailable.retryAfterSeconds) }];

function answerHealth(res: Response, well: boolean): void {
  res.status(well ? 200 : 503).setHeader("Cache-Control", "no-store");
  res.json({ status: well ? "ok" : "unavailable" });
}

function writeLogLine(req: Request, res: Response, context: AppLoadContext, milliseconds: number): void {
  log().info({
    id: context.requestId,
    method: req.method,
    route: context.route ?? pathAsRoute(req.url),
    // The connection closed before an answer was complete.
    status: res.writableFinished ? res.statusCode : 499,
    ms: Math.round(milliseconds * 10) / 10,
    userId: context.userId,
  });
  if (context.error !== undefined)
    log().error({ id: context.requestId, ...describeError(context.error) }, "route failed");
}

/** For requests that reached no route: the path without its query, numbers and long parts left out. */
const pathAsRoute = (url: string) =>
  (url.split("?")[0] ?? "")
    .replace(/\/\d+(?=\/|$)/g, "/:id")
    .replace(/\/[^/]{30,}/g, "/…")
    .slice(0, 100);
