import type { RequestUrl } from "./request-url";

/** The kinds of requests, by what they ask for. */
export const surfaces = ["page", "data", "api", "asset", "health"] as const;

/**
 * `page`: a document, or anything that belongs to no other surface. `data`: what the framework's own client requests in
 * place of a document. `api`: anything below `/api`. `asset`: a script or style sheet of a build. `health`: whether the
 * process is alive and whether it can serve requests.
 */
export type Surface = (typeof surfaces)[number];

/**
 * The surface of a request. `/healthz`, `/readyz` and `/assets` are recognised only if they are not percent-encoded, in
 * upper or lower case; if they are encoded, the address belongs to a page. The two health addresses belong to pages for
 * every method except GET and HEAD. They work even if the address is refused otherwise, because a monitor of the
 * process may send no host.
 *
 * @param path - the path of the request's target, percent-encoding included
 * @param address - the address as it was read from that target
 */
export function surfaceOf(method: string, path: string, { url, fault, isApi }: RequestUrl): Surface {
  if ((method === "GET" || method === "HEAD") && /^\/(healthz|readyz)\/?$/i.test(path)) return "health";
  if (isApi) return "api";
  if (fault === null && /^\/assets(\/|$)/i.test(path)) return "asset";
  return url?.pathname.endsWith(".data") ? "data" : "page";
}
