import type { NextFunction, Request, Response } from "express";
import { config } from "~/core/settings/config.server";

const exposed = "X-Total-Count, Link, Location, ETag, Retry-After, RateLimit, RateLimit-Policy";

/**
 * Cross-origin calls of `/api` from the exact origins in `CORS_ORIGINS`, without credentials: a browser must send a
 * bearer token like every other client (Fetch standard, section 3.2).
 */
export function cors(req: Request, res: Response, next: NextFunction): void {
  res.vary("Origin");
  const { origin } = req.headers;
  if (origin === undefined || !config().corsOrigins.includes(origin)) {
    next();
    return;
  }
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Access-Control-Expose-Headers", exposed);
  if (req.method !== "OPTIONS" || req.headers["access-control-request-method"] === undefined) {
    next();
    return;
  }
  res.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
  res.setHeader(
    "Access-Control-Allow-Headers",
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match",
  );
  res.setHeader("Access-Control-Max-Age", "600");
  res.status(204).end();
}
