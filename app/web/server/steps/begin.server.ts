import type { AppLoadContext } from "@remix-run/node";
import type { Request, Response } from "express";
import { randomBytes, randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { clientAddress } from "../client-address";
import { ownOrigin } from "../own-origin";
import { readRequestUrl } from "../request-url";
import { nonceOf } from "../security-headers.server";
import { surfaceOf } from "../surface";
import type { Exchange } from "./exchange";
import { writeLogLine } from "./log-line.server";

/**
 * Begins a request: gives it an id, finds out its sender, its address and its surface, and has its line written to the
 * log at the end.
 *
 * @param trusts - whether an address belongs to a proxy that `TRUST_PROXY` names
 */
export function begin(req: Request, res: Response, trusts: (address: string) => boolean): Exchange {
  const began = performance.now();
  res.locals.nonce = randomBytes(16).toString("base64");
  const origin = ownOrigin(req, config().publicUrl, trusts);
  const address = readRequestUrl(req.url, origin);
  const { url, fault } = address;
  const context: AppLoadContext = {
    requestId: randomUUID(),
    method: req.method,
    origin: origin ?? "http://localhost",
    client: { address: clientAddress(req, trusts), userAgent: (req.get("user-agent") ?? "").slice(0, 512) },
    nonce: nonceOf(res),
    answerHeaders: new Headers(),
  };
  res.setHeader("X-Request-Id", context.requestId);
  res.once("close", () => writeLogLine(req, res, context, performance.now() - began));
  // The steps get the address as the router will see it.
  if (url && fault === null) req.url = url.pathname + url.search;
  const surface = surfaceOf(req.method, req.path, address);
  return { req, res, surface, url: url ?? new URL(context.origin), fault, context };
}
