import type { Seen } from "~/tasks/domain/task";
import { HttpError } from "~/web/http-error";

/** Conditional requests (RFC 9110, section 13): changes tied to a state, and answers that need not be sent again. */

/** The strong entity tag of a task's state. */
export const taskTag = ({ revision, updatedAt }: Seen): string => `"${revision}-${updatedAt.getTime().toString(36)}"`;

/** The tags of a header's list; null for `*`. */
function readTags(header: string, name: string): string[] | null {
  if (header.trim() === "*") return null;
  const tags = header.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)))
    throw new HttpError(400, `${name} must be an entity tag in double quotes, several with commas between, or *`);
  return tags;
}

/**
 * The states that a change is meant for, by `If-Match`. A tag that is none of ours, and a weak one, matches no state
 * (RFC 9110, section 13.1.1).
 *
 * @returns undefined if any state is good
 * @throws {HttpError} 400 for a header that is no list of tags
 */
export function readIfMatch(request: Request): Seen[] | undefined {
  const header = request.headers.get("If-Match");
  const tags = header === null ? null : readTags(header, "If-Match");
  return tags?.slice(0, 100).flatMap((tag) => {
    const [, revision, at = ""] = /^"(\d{1,9})-([\da-z]{1,9})"$/.exec(tag) ?? [];
    const updatedAt = new Date(Number.parseInt(at, 36));
    return revision && updatedAt.getFullYear() < 10_000 ? [{ revision: Number(revision), updatedAt }] : [];
  });
}

/**
 * Does the client have what it asks for, by `If-None-Match`? Weak and strong tags count alike here (section 13.1.2).
 *
 * @throws {HttpError} 400 for a header that is no list of tags
 */
export function matchesIfNoneMatch(request: Request, tag: string): boolean {
  const header = request.headers.get("If-None-Match");
  if (header === null) return false;
  const tags = readTags(header, "If-None-Match");
  return tags === null || tags.some((known) => known.replace(/^W\//, "") === tag);
}
