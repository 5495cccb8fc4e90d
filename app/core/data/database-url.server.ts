import path from "node:path";

export type DatabaseKind = "sqlite" | "postgresql";

/**
 * Which of the two databases a URL names.
 *
 * @throws Error for any other scheme; the message does not contain the URL, which may hold a password
 */
export function databaseKind(url: string): DatabaseKind {
  if (url.startsWith("file:")) return "sqlite";
  if (/^postgres(ql)?:\/\//.test(url)) return "postgresql";
  throw new Error("The database URL must start with file: or postgresql://.");
}

/** The absolute path in a `file:` URL. A relative path starts at the working directory. */
export function sqlitePath(url: string): string {
  return path.resolve(url.slice("file:".length));
}

/**
 * Whether this is `scheme://user:password@host:port/path?query` with every special character percent-encoded (RFC 3986,
 * sections 2.2 and 3.2). `URL` is less strict and may read a part of the password as the host or the path.
 */
export function isServerUrl(url: string): boolean {
  const unit = String.raw`(?:[^\s#/?@:%\[\]]|%[0-9a-f]{2})`;
  const part = String.raw`(?:[^\s#?@%]|%[0-9a-f]{2})`;
  const host = String.raw`(?:${unit}+|\[[0-9a-f:.]+\])?`;
  const whole = new RegExp(
    String.raw`^[a-z]+://(?:${unit}*(?::(?:${unit}|:)*)?@)?${host}(?::\d{1,5})?(?:/${part}*)?(?:\?(?:${part}|[?])*)?$`,
    "i",
  );
  return whole.test(url) && URL.canParse(url);
}
