import { createHash } from "node:crypto";
import { db } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { Invalid } from "~/core/errors";
import { stands } from "~/services/permission/permission.server";
import type { NewTask } from "./task";
import { bodyProperties, type WrittenProperty } from "./task-fields";

/**
 * Creations that may be asked for again (the IETF's draft of the `Idempotency-Key` header): within a day the same key
 * is the same creation. The key's row is written in the transaction of the task's, so there is never one without the
 * other; a request that comes while the first is under way waits for it in the database and gets its answer.
 */
const lifetime = 24 * 60 * 60 * 1000;

/** A creation that was done already. */
export type Done = Readonly<{ number: number; createdAt: Date }>;

const digest = (text: string) => createHash("sha256").update(text).digest("base64url");

/**
 * The fields that a digest holds by their place. It is their list as it always was, whatever the table of fields gets: a
 * key that an earlier version has stored is good for a day.
 */
const byPlace = ["title", "description", "priority", "dueDate", "completed"] as const satisfies WrittenProperty[];

const byName = bodyProperties.filter((property) => !byPlace.some((placed) => placed === property));

/** The same wish gives the same digest, however its JSON was written. It covers the whole body. */
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
 * @throws {Invalid} if the key stands for another wish than this one
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
 * The statements that belong to a creation, for its transaction, where they follow the one that takes the number. The
 * second fails on a key that is taken.
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
