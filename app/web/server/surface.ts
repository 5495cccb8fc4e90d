import type { RequestUrl } from "./request-url";

/** What a request asks for. */
export const surfaces = ["page", "data", "api", "asset", "health"] as const;

/**
 * `page`: a document, or anything that no other surface has. `data`: what the framework's own client asks for in place of a
 * document. `api`: anything below `/api`. `asset`: a script or style sheet of a build. `health`: is the process alive, can it
 * serve?
 */
export type Surface = (typeof surfaces)[number];

/**
 * The surface of a request. `/healthz`, `/readyz` and `/assets` count only as they are written, in either case; an address
 * that spells one of them with percent signs is a page's. The two words of health belong to pages under every method but
 * GET and HEAD. They count in an address that is refused elsewhere too, for whoever watches the process may name no host.
 *
 * @param path - the path of the request's target, percent-encoding included
 * @param address - what was read out of that target
 */
export function surfaceOf(method: string, path: string, { url, fault, isApi }: RequestUrl): Surface {
  if ((method === "GET" || method === "HEAD") && /^\/(healthz|readyz)\/?$/i.test(path)) return "health";
  if (isApi) return "api";
  if (fault === null && /^\/assets(\/|$)/i.test(path)) return "asset";
  return url?.pathname.endsWith(".data") ? "data" : "page";
}
