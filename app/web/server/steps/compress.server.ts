import compression from "compression";
import type { Step } from "./exchange";

/** Compresses answers (RFC 9110, section 8.4), for whoever says that it can read them. */
export function compress(): Step["run"] {
  const handler = compression();
  return ({ req, res }, next) => {
    // The middleware wraps every write, wanted or not.
    if (req.headers["accept-encoding"] === undefined) next();
    else void handler(req, res, next);
  };
}
