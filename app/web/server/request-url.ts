/** `unreadable`: no address at all. `long`: more of one than anything here has. `nowhere`: no page can be at it. */
export type AddressFault = "unreadable" | "long" | "nowhere";

/**
 * What the framework does with an address costs time for each of its parts, some of it a millisecond for one segment of
 * the path and some of it the square of the number of parameters. No page and no query comes near these.
 */
const mostCharacters = 16_384;
const mostParameters = 200;
const mostSegments = 16;

export type RequestUrl = Readonly<{
  /** Null if there is none that could be read. */
  url: URL | null;
  fault: AddressFault | null;
  /** Is it an address of `/api`, also in the form by which the framework's own client asks for data? */
  isApi: boolean;
}>;

/**
 * The address of a request, as the router will see it.
 *
 * @param target - the request's target (RFC 9112, section 3.2): anything at all
 * @param origin - by which the browser knows this site; null if the request names no usable host
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
 * Browsers, and the framework when it draws a page, resolve a decoded path anew: one that begins with two slashes, or with
 * backslashes, which count as such, is the name of another host then, and control characters are dropped or match no route.
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
