/**
 * What is no page to arrive at: the ways in, what takes only what a page sends to it, what programs and the framework ask
 * for. Compared with the decoded path in lower case, as the router does.
 */
const noPlaces = [
  /^\/(login|signup|logout)(\/|$)/,
  /^\/(api|healthz|readyz|assets|\.well-known|__manifest|favicon\.(svg|ico)|[\w-]+\.png|manifest\.webmanifest|robots\.txt)(\/|$)/,
  /^\/settings\/(passkeys\/options|two-step\/backup-codes)$/,
  /\.data$/,
];

/** Parameters that are the framework's own and no part of a page's address. */
const frameworkParameters = ["_data", "_routes"];

/** May somebody be sent to this path with GET, and see a page? */
function isPlace(pathname: string): boolean {
  let path: string;
  try {
    path = decodeURIComponent(pathname)
      .toLowerCase()
      .replace(/\/+/g, "/")
      .replace(/(?<=.)\/$/, "");
  } catch {
    return false;
  }
  return !noPlaces.some((pattern) => pattern.test(path));
}

/**
 * A place on this site to go to after sign-in. Everything that a browser could take for another site is refused:
 * absolute and scheme-relative addresses, and backslashes and control characters, which browsers read as slashes or
 * drop (OWASP ASVS 5.0, 3.7.2); and so is what shows no page to somebody who has just signed in.
 *
 * @param target - what a query parameter or a form said
 * @param fallback - where to go otherwise
 * @returns `target` if it is the path of a page of this site, else the fallback
 */
export function safeRedirect(target: FormDataEntryValue | null | undefined, fallback = "/tasks"): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (typeof target !== "string" || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(target)) return fallback;
  const base = "http://this.site";
  if (!URL.canParse(target, base)) return fallback;
  const url = new URL(target, base);
  // "/./x" and "/x/..//y" are paths of this site until they are resolved.
  if (url.origin !== base || url.pathname.startsWith("//") || !isPlace(url.pathname)) return fallback;
  for (const name of frameworkParameters) if (url.searchParams.has(name)) url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}
