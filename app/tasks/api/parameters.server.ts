import type { HeaderParameter, PathParameter } from "~/api/operation-parts";
import type { TaskVersion } from "~/tasks/domain/task";
import { parseTaskNumber } from "~/tasks/domain/tasks.server";
import { HttpError } from "~/web/http-error";
import { matchesIfNoneMatch, readIfMatch } from "./conditional";

/** The path and header parameters of the task operations. */

export const taskNumber: PathParameter<number> = {
  name: "TaskId",
  description: "The task's number.",
  schema: { type: "integer", minimum: 1 },
  example: 1,
  read: parseTaskNumber,
};

/** The versions that a change applies to. Throws the same errors as `readIfMatch`. */
export const ifMatch: HeaderParameter<() => TaskVersion[] | undefined> = {
  name: "IfMatch",
  header: "If-Match",
  description: "Change the task in this state alone.",
  schema: { type: "string" },
  example: '"1-mgk2x1ab"',
  read: (request) => () => readIfMatch(request),
};

/** Tells whether the client already has a version. Throws the same errors as `matchesIfNoneMatch`. */
export const ifNoneMatch: HeaderParameter<(tag: string) => boolean> = {
  name: "IfNoneMatch",
  header: "If-None-Match",
  description: "Answer 304 if nothing has changed.",
  schema: { type: "string" },
  example: '"1-mgk2x1ab"',
  read: (request) => (tag) => matchesIfNoneMatch(request, tag),
};

/** The client's key for a creation. With the same key the client can send the creation again safely. */
export const idempotencyKey: HeaderParameter<string | undefined> = {
  name: "IdempotencyKey",
  header: "Idempotency-Key",
  description: "A key of the client's own. For 24 hours the same key is the same task.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
  example: "5f0c9a52-add-milk",
  read: readKey,
};

/** @throws {HttpError} 400 if the key is empty, longer than 255 characters or not printable ASCII */
function readKey(request: Request): string | undefined {
  const key = request.headers.get("Idempotency-Key");
  if (key === null) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new HttpError(400, "Idempotency-Key must be 1 to 255 printable ASCII characters");
  return key;
}
