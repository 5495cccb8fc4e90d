import path from "node:path";

export type DatabaseKind = "sqlite" | "postgresql";

/**
 * Which of the two databases a URL names.
 *
 * @throws Error for any other scheme; the URL, which may hold a password, is not repeated in the message
 */
export function databaseKind(url: string): DatabaseKind {
  if (url.startsWith("file:")) return "sqlite";
  if (/^postgres(ql)?:\/\//.test(url)) return "postgresql";
  throw new Error("The database URL must start with file: or postgresql://.");
}

/** The absolute path in a `file:` URL; a relative one counts from the working directory. */
export function sqlitePath(url: string): string {
  return path.resolve(url.slice("file:".length));
}
