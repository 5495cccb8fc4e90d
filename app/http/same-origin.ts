/**
 * Cross-site request forgery: is a state-changing request from this site's own pages? Browsers tell by two headers
 * that a page cannot forge, `Sec-Fetch-Site` and `Origin` (OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata" and
 * "Verifying Origin with Standard Headers"). A client that sends neither is no browser that could be misused.
 *
 * @param headers - the request's two headers, undefined where absent
 * @param ownOrigin - scheme, host and port of this site
 */
export function isSameOrigin(
  headers: { origin: string | undefined; fetchSite: string | undefined },
  ownOrigin: string,
): boolean {
  const { origin, fetchSite } = headers;
  if (origin !== undefined && origin !== ownOrigin) return false;
  return fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
}
