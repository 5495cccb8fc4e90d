import { createHash } from "node:crypto";
import { db } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { Invalid } from "~/core/errors";
import { stands } from "~/services/permission/permission.server";
import type { NewTask } from "./task";
import { bodyProperties, type WrittenProperty } from "./task-fields";

/**
 * Creations that a client may send again (the IETF's draft of the `Idempotency-Key` header): within a day the same key
 * stands for the same creation. One transaction writes the key's row and the task's row, so that both exist or neither.
 * A second request that arrives while the first is under way waits for it in the database and gets the same answer.
 */
const lifetime = 24 * 60 * 60 * 1000;

/** A creation that an earlier request has completed. */
export type Done = Readonly<{ number: number; createdAt: Date }>;

const digest = (text: string) => createHash("sha256").update(text).digest("base64url");

/**
 * The fields that a digest holds by position. This list must not change when the table of fields gets new entries,
 * because keys that an earlier version of the program has stored are valid for a day. New fields are added by name.
 */
const byPlace = ["title", "description", "priority", "dueDate", "completed"] as const satisfies WrittenProperty[];

const byName = bodyProperties.filter((property) => !byPlace.some((placed) => placed === property));

/** The digest of the whole body. The same request gives the same digest, however its JSON was written. */
const digestOf = (task: NewTask) =>
  digest(
    JSON.stringify([
      ...byPlace.map((property) => task[property]),
      ...byName.flatMap((property) => (task[property] === undefined ? [] : [[property, task[property]]])),
    ]),
  );

/**
 * Looks for the creation that a key stands for.
 *
 * @returns null if the key is new, or older than a day
 * @throws {Invalid} if the key was used for another request
 */
export async function findDone(actor: Actor, key: string, task: NewTask, now = new Date()): Promise<Done | null> {
  const row = await db().idempotencyKey.findUnique({
    where: { userId_key: { userId: actor.userId, key: digest(key) } },
  });
  if (!row || row.expiresAt <= now) return null;
  if (row.request !== digestOf(task))
    throw new Invalid([
      { path: ["Idempotency-Key"], message: "This key was used for another request. Use a new key for each task." },
    ]);
  return { number: row.taskNumber, createdAt: row.createdAt };
}

/**
 * The statements that store a creation's key. They belong in the creation's transaction, after the statement that takes
 * the task's number. The second statement, `claiming`, fails if the key is already taken.
 */
export function rememberingKey(actor: Actor, key: string, task: NewTask, now: Date) {
  const id = digest(key);
  return {
    forgettingOld: () =>
      db().idempotencyKey.deleteMany({ where: { userId: actor.userId, key: id, expiresAt: { lte: now } } }),
    claiming: () => db().$executeRaw`
      INSERT INTO idempotency_keys (user_id, key, request, task_number, created_at, expires_at)
      SELECT id, ${id}, ${digestOf(task)}, last_task_number, ${now}, ${new Date(now.getTime() + lifetime)}
      FROM users WHERE id = ${actor.userId} AND ${stands(actor)}`,
  };
}
