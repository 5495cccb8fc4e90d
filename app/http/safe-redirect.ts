/**
 * A place on this site to go to after sign-in. Everything that a browser could take for another site is refused:
 * absolute and scheme-relative addresses, and backslashes and control characters, which browsers read as slashes or
 * drop (OWASP ASVS 5.0, 3.7.2).
 *
 * @param target - what a query parameter or a form said
 * @param fallback - where to go otherwise
 * @returns `target` if it is a path of this site, else the fallback
 */
export function safeRedirect(target: FormDataEntryValue | null | undefined, fallback = "/tasks"): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (typeof target !== "string" || !/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(target)) return fallback;
  const base = "http://this.site";
  if (!URL.canParse(target, base)) return fallback;
  const url = new URL(target, base);
  // "/./x" and "/x/..//y" are paths of this site until they are resolved.
  if (url.origin !== base || url.pathname.startsWith("//")) return fallback;
  return url.pathname + url.search + url.hash;
}
