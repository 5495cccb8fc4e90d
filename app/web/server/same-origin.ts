export type OriginHeaders = Readonly<{ origin: string | undefined; fetchSite: string | undefined }>;

/**
 * Cross-site request forgery: is a state-changing request from this site's own pages? Browsers tell by two headers
 * that a page cannot forge, `Sec-Fetch-Site` and `Origin` (OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata" and
 * "Verifying Origin with Standard Headers"). A client that sends neither is no browser that could be misused.
 *
 * @param headers - the request's two headers, undefined where absent
 * @param ownOrigin - scheme, host and port of this site
 */
export function isSameOrigin({ origin, fetchSite }: OriginHeaders, ownOrigin: string): boolean {
  if (origin !== undefined && origin !== ownOrigin) return false;
  return fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
}

/**
 * Is a request that is not of our origin from one of our pages all the same, opened at an address that we do not know as
 * ours? Only the words of the refusal depend on it. A browser that says that page and request are of one origin cannot be
 * made to lie by a page; one that says nothing of it has at least asked for the host that its page came from.
 *
 * @param hosts - what the request, and a proxy before us, say it was made to
 */
export function isOwnPage({ origin, fetchSite }: OriginHeaders, hosts: readonly (string | undefined)[]): boolean {
  if (origin === undefined || !/^https?:\/\/./.test(origin) || !URL.canParse(origin)) return false;
  const { host, origin: parsed } = new URL(origin);
  if (parsed !== origin) return false;
  return fetchSite === undefined ? hosts.includes(host) : fetchSite === "same-origin";
}
