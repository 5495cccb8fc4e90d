import compression from "compression";
import type { Step } from "./exchange";

/** Compresses answers (RFC 9110, section 8.4) for clients that accept it. */
export function compress(): Step["run"] {
  const handler = compression();
  return ({ req, res }, next) => {
    // Skipped without `Accept-Encoding`, because the middleware wraps every write even if it does not compress.
    if (req.headers["accept-encoding"] === undefined) next();
    else void handler(req, res, next);
  };
}
