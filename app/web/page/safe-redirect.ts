/**
 * Paths that nobody is sent to after a sign-in: the pages for signing in, up and out, addresses that only take what a
 * page sends to them, and addresses for programs and for the framework. They are compared with the decoded path in
 * lower case, as the router does.
 */
const noPlaces = [
  /^\/(login|signup|logout)(\/|$)/,
  /^\/(api|healthz|readyz|assets|\.well-known|__manifest|favicon\.(svg|ico)|[\w-]+\.png|manifest\.webmanifest|robots\.txt)(\/|$)/,
  /^\/settings\/(passkeys\/options|two-step\/backup-codes)$/,
  /\.data$/,
];

/** Query parameters that belong to the framework and not to a page's address. */
const frameworkParameters = ["_data", "_routes"];

/** Whether a GET of this path shows somebody a page. */
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
 * The address on this site to go to after a sign-in. Any address that a browser could read as another site is refused:
 * absolute and scheme-relative addresses, and addresses with backslashes or control characters, which browsers read as
 * slashes or drop (OWASP ASVS 5.0, 3.7.2). Addresses that show no page to somebody who has just signed in are refused
 * too.
 *
 * @param target - the value of a query parameter or a form's field
 * @param fallback - where to go if the target is refused
 * @returns `target` if it is the path of a page of this site, else the fallback
 */
export function safeRedirect(target: FormDataEntryValue | null | undefined, fallback = "/tasks"): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (typeof target !== "string" || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(target)) return fallback;
  const base = "http://this.site";
  if (!URL.canParse(target, base)) return fallback;
  const url = new URL(target, base);
  // "/./x" and "/x/..//y" look like paths of this site, but may be resolved to another host's address.
  if (url.origin !== base || url.pathname.startsWith("//") || !isPlace(url.pathname)) return fallback;
  for (const name of frameworkParameters) if (url.searchParams.has(name)) url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}
