/**
 * `unreadable`: not a valid address. `long`: longer than any address here. `nowhere`: valid, but no page can have it.
 */
export type AddressFault = "unreadable" | "long" | "nowhere";

/**
 * Limits for an address, because the framework's work on it grows with its parts: up to a millisecond for each segment
 * of the path, and quadratic time in the number of parameters. The addresses of pages and queries are far below these
 * limits.
 */
const mostCharacters = 16_384;
const mostParameters = 200;
const mostSegments = 16;

export type RequestUrl = Readonly<{
  /** Null if the address cannot be read. */
  url: URL | null;
  fault: AddressFault | null;
  /** Whether the address belongs to `/api`, including the form in which the framework's own client requests data. */
  isApi: boolean;
}>;

/**
 * Reads the address of a request as the router will see it.
 *
 * @param target - the request's target (RFC 9112, section 3.2): any text that a client sends
 * @param origin - this site's origin as the browser sees it; null if the request has no usable host
 */
export function readRequestUrl(target: string, origin: string | null): RequestUrl {
  if (target.length > mostCharacters || count("&", target) >= mostParameters)
    return { url: null, fault: "long", isApi: isApiPath(target) };
  const url = origin && target.startsWith("/") && URL.canParse(origin + target) ? new URL(origin + target) : null;
  const path = url && decodePath(url.pathname);
  if (path === null) return { url, fault: "unreadable", isApi: isApiPath(target) };
  const isApi = isApiPath(path);
  return { url, fault: isApi || canBePage(path) ? null : "nowhere", isApi };
}

function count(sign: string, text: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) found++;
  return found;
}

const isApiPath = (path: string): boolean => /^\/api(\/|\.data$|$)/i.test(path);

/**
 * Whether a page can have this path. Browsers, and the framework when it draws a page, resolve the decoded path again:
 * a path that begins with two slashes, or with backslashes, which count as slashes, would then name another host, and
 * control characters would be dropped or match no route.
 */
const canBePage = (path: string): boolean =>
  count("/", path) <= mostSegments &&
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  !/^[/\\]{2}|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path);

function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
