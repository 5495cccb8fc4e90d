import type { TaskVersion } from "~/tasks/domain/task";
import { HttpError } from "~/web/http-error";

/**
 * Conditional requests (RFC 9110, section 13): changes that apply to one version of a task, and answers that the client
 * already has.
 */

/** The strong entity tag of a task's version. */
export const taskTag = ({ revision, updatedAt }: TaskVersion): string =>
  `"${revision}-${updatedAt.getTime().toString(36)}"`;

/** The entity tags in a header; null for `*`. */
function readTags(header: string, name: string): string[] | null {
  if (header.trim() === "*") return null;
  const tags = header.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)))
    throw new HttpError(400, `${name} must be an entity tag in double quotes, several with commas between, or *`);
  return tags;
}

/**
 * The versions in `If-Match`. A weak or unknown tag matches no version (RFC 9110, section 13.1.1).
 *
 * @returns undefined if any version matches
 * @throws {HttpError} 400 for a header that is not a list of tags
 */
export function readIfMatch(request: Request): TaskVersion[] | undefined {
  const header = request.headers.get("If-Match");
  const tags = header === null ? null : readTags(header, "If-Match");
  return tags?.slice(0, 100).flatMap((tag) => {
    const [, revision, at = ""] = /^"(\d{1,9})-([\da-z]{1,9})"$/.exec(tag) ?? [];
    const updatedAt = new Date(Number.parseInt(at, 36));
    return revision && updatedAt.getFullYear() < 10_000 ? [{ revision: Number(revision), updatedAt }] : [];
  });
}

/**
 * Whether `If-None-Match` contains the tag. Weak and strong tags compare as equal here (section 13.1.2).
 *
 * @throws {HttpError} 400 for a header that is not a list of tags
 */
export function matchesIfNoneMatch(request: Request, tag: string): boolean {
  const header = request.headers.get("If-None-Match");
  if (header === null) return false;
  const tags = readTags(header, "If-None-Match");
  return tags === null || tags.some((known) => known.replace(/^W\//, "") === tag);
}
