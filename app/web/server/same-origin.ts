export type OriginHeaders = Readonly<{ origin: string | undefined; fetchSite: string | undefined }>;

/**
 * Protects against cross-site request forgery: whether a state-changing request comes from this site's own pages.
 * Browsers say so in two headers that a page cannot forge, `Sec-Fetch-Site` and `Origin` (OWASP CSRF Prevention Cheat
 * Sheet, "Fetch Metadata" and "Verifying Origin with Standard Headers"). A client that sends neither header is not a
 * browser, so another site cannot misuse it.
 *
 * @param headers - the request's two headers, undefined where absent
 * @param ownOrigin - scheme, host and port of this site
 */
export function isSameOrigin({ origin, fetchSite }: OriginHeaders, ownOrigin: string): boolean {
  if (origin !== undefined && origin !== ownOrigin) return false;
  return fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
}

/**
 * Whether a request from another origin comes from one of our pages after all, opened at an address that is not
 * configured as ours. Only the message of the refusal depends on the answer. If the browser sends `Sec-Fetch-Site`, the
 * answer is reliable, because a page cannot forge that header; if not, the request must at least have been sent to the
 * host that its page came from.
 *
 * @param hosts - the hosts that the request and a proxy before us name as the request's target
 */
export function isOwnPage({ origin, fetchSite }: OriginHeaders, hosts: readonly (string | undefined)[]): boolean {
  if (origin === undefined || !/^https?:\/\/./.test(origin) || !URL.canParse(origin)) return false;
  const { host, origin: parsed } = new URL(origin);
  if (parsed !== origin) return false;
  return fetchSite === undefined ? hosts.includes(host) : fetchSite === "same-origin";
}
