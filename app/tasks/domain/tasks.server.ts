import { db, isUniqueViolation, Prisma } from "~/core/data/db.server";
import { retrying, transaction } from "~/core/data/transaction.server";
import type { Actor } from "~/core/actor";
import { NotFound, Outdated } from "~/core/errors";
import { refuseIfEnded, stands, stood } from "~/services/permission/permission.server";
import { findDone, rememberingKey, type Done } from "./idempotency.server";
import { containing } from "./task-keys.server";
import { readerOfList } from "./long-reads.server";
import type { NewTask, TaskVersion, Task, TaskChange, TaskCursor, TaskQuery } from "./task";
import {
  columns,
  insertedColumns,
  insertedValues,
  settings,
  toTask,
  withInitial,
  type Row,
} from "./task-columns.server";
import { cursorAfter } from "./task-cursor";
import { comesAfter, order, rank } from "./task-order.server";

/**
 * Reads and writes tasks. Every function takes the actor first and every statement carries `user_id = actor.userId`, so
 * that nobody can reach another user's task (OWASP ASVS 5.0, 8.2.2). The statements are written as SQL so that each
 * function needs one round trip to the database, and checks the conditions on a row in the statement that changes it.
 */

/** The largest integer of PostgreSQL, and so the largest number that a task can have. */
const highestNumber = 2_147_483_647;

const notFound = () => new NotFound("Task not found");

function only(rows: Row[]): Task {
  const [row] = rows;
  if (!row) throw notFound();
  return toTask(row);
}

/**
 * Reads a task's number from a path segment.
 *
 * @throws {NotFound} if the segment is not a number that a task can have
 */
export function parseTaskNumber(segment: string | undefined): number {
  const number = segment && /^[1-9]\d{0,9}$/.test(segment) ? Number(segment) : 0;
  if (number < 1 || number > highestNumber) throw notFound();
  return number;
}

/**
 * Adds a task under the user's next number; the number is taken and the row written in one transaction.
 *
 * @param idempotencyKey - the client's key for this creation. A second call with the same key adds no task and returns
 *   what the first call returned, even if the task has been changed or deleted since
 * @throws {Invalid} if the key was used for another task
 * @throws {SignedOut} if the actor's session or token is over
 */
export async function createTask(actor: Actor, task: NewTask, idempotencyKey?: string): Promise<Task> {
  const now = new Date();
  if (idempotencyKey === undefined) {
    const [, rows] = await transaction(() => [takingNumber(actor), inserting(actor, task, now)]);
    return added(actor, rows);
  }
  const done = await findDone(actor, idempotencyKey, task, now);
  if (done) return asCreated(actor, task, done);
  const { forgettingOld, claiming } = rememberingKey(actor, idempotencyKey, task, now);
  try {
    const [, , , rows] = await transaction(() => [
      takingNumber(actor),
      forgettingOld(),
      claiming(),
      inserting(actor, task, now),
    ]);
    return await added(actor, rows);
  } catch (error) {
    const meanwhile = isUniqueViolation(error) ? await findDone(actor, idempotencyKey, task, now) : null;
    if (!meanwhile) throw error;
    return asCreated(actor, task, meanwhile);
  }
}

async function added(actor: Actor, rows: Row[]): Promise<Task> {
  if (!rows.length) await refuseIfEnded(actor);
  return only(rows);
}

/** Takes the next number and locks the account's row, so this statement has to be the first of its transaction. */
const takingNumber = (actor: Actor) => db().$executeRaw`
  UPDATE users SET last_task_number = last_task_number + 1 WHERE id = ${actor.userId} AND ${stood(actor)}`;

const inserting = (actor: Actor, task: NewTask, now: Date) =>
  db().$queryRaw<Row[]>`
    INSERT INTO tasks (user_id, number, ${insertedColumns}, created_at, updated_at)
    SELECT id, last_task_number, ${insertedValues(task, now)}, ${now}, ${now}
    FROM users WHERE id = ${actor.userId} AND ${stands(actor)}
    RETURNING ${columns}`;

/** The task as it was right after it was added. */
function asCreated({ userId }: Actor, task: NewTask, { number, createdAt }: Done): Task {
  const written = withInitial(task);
  const completedAt = written.completed ? createdAt : null;
  return { ...written, number, userId, completedAt, createdAt, updatedAt: createdAt, revision: 1 };
}

/**
 * Reads one of the actor's tasks.
 *
 * @throws {NotFound} if the actor has no task of that number
 */
export async function getTask(actor: Actor, number: number): Promise<Task> {
  return only(
    await db().$queryRaw<Row[]>`
      SELECT ${columns} FROM tasks WHERE user_id = ${actor.userId} AND number = ${number}`,
  );
}

/**
 * Reads all of the actor's tasks by number, page by page. Pages are small because a task may have 10,000 characters.
 */
export async function* taskPages(actor: Actor, pageSize = 50): AsyncGenerator<Task[]> {
  for (let last = 0; ;) {
    const rows = await db().$queryRaw<Row[]>`
      SELECT ${columns} FROM tasks WHERE user_id = ${actor.userId} AND number > ${last} ORDER BY number LIMIT ${pageSize}`;
    if (rows.length) yield rows.map(toTask);
    last = rows.at(-1)?.number ?? last;
    if (rows.length < pageSize) return;
  }
}

/**
 * Changes the fields that are given, in one statement.
 *
 * @param expected - the states that the change is meant for; if left out, the change applies to every state
 * @throws {SignedOut} if the actor's session or token is over
 * @throws {NotFound} if the actor has no task of that number
 * @throws {Outdated} if the task is in none of those states
 */
export async function updateTask(
  actor: Actor,
  number: number,
  change: TaskChange,
  expected?: readonly TaskVersion[],
): Promise<Task> {
  const now = new Date();
  const sets = settings(change, now);
  if (sets.length) return write(actor, number, sets, now, expected);
  const task = await getTask(actor, number);
  if (expected && !expected.some((state) => isSame(state, task))) throw outdated();
  return task;
}

/**
 * Completes an open task and reopens a completed task, in one statement.
 *
 * @throws {SignedOut} if the actor's session or token is over
 * @throws {NotFound} if the actor has no task of that number
 * @throws {Outdated} if the task is in none of the expected states
 */
export function toggleTask(actor: Actor, number: number, expected?: readonly TaskVersion[]): Promise<Task> {
  const now = new Date();
  // COALESCE with the column tells PostgreSQL the parameter's type; the column is null in an open task.
  const completedAt = Prisma.sql`CASE WHEN completed THEN NULL ELSE COALESCE(completed_at, ${now}) END`;
  const toggle = Prisma.sql`completed = NOT completed, completed_at = ${completedAt}`;
  return write(actor, number, [toggle], now, expected);
}

async function write(
  actor: Actor,
  number: number,
  sets: Prisma.Sql[],
  now: Date,
  expected?: readonly TaskVersion[],
): Promise<Task> {
  const rows = await retrying(
    () => db().$queryRaw<Row[]>`
      UPDATE tasks SET ${Prisma.join(sets)}, updated_at = ${now}, revision = revision + 1
      WHERE user_id = ${actor.userId} AND number = ${number} AND ${stands(actor)} ${inState(expected)}
      RETURNING ${columns}`,
  );
  return written(actor, number, rows, expected);
}

/** Ties a statement to the states that a caller expects, so that one statement checks the state and writes. */
function inState(expected: readonly TaskVersion[] | undefined): Prisma.Sql {
  if (!expected) return Prisma.empty;
  const states = expected.map(
    ({ revision, updatedAt }) => Prisma.sql`(revision = ${revision} AND updated_at = ${updatedAt})`,
  );
  return states.length ? Prisma.sql`AND (${Prisma.join(states, " OR ")})` : Prisma.sql`AND 1 = 0`;
}

const isSame = (a: TaskVersion, b: TaskVersion) =>
  a.revision === b.revision && a.updatedAt.getTime() === b.updatedAt.getTime();

const outdated = () => new Outdated("The task has changed since you saw it. Read it again before you change it.");

/**
 * The task that a statement has written. If it wrote nothing, throws the reason: the actor's session or token is over,
 * there is no such task, or the task is in another state.
 */
async function written(
  actor: Actor,
  number: number,
  rows: Row[],
  expected: readonly TaskVersion[] | undefined,
): Promise<Task> {
  if (rows.length) return only(rows);
  await refuseIfEnded(actor);
  if (!expected) throw notFound();
  await getTask(actor, number);
  throw outdated();
}

/**
 * Deletes a task. Its number is never used again.
 *
 * @returns the task as it was
 * @throws {SignedOut} if the actor's session or token is over
 * @throws {NotFound} if the actor has no task of that number
 * @throws {Outdated} if the task is in none of the expected states
 */
export async function deleteTask(actor: Actor, number: number, expected?: readonly TaskVersion[]): Promise<Task> {
  const rows = await retrying(
    () => db().$queryRaw<Row[]>`
      DELETE FROM tasks WHERE user_id = ${actor.userId} AND number = ${number} AND ${stands(actor)} ${inState(expected)}
      RETURNING ${columns}`,
  );
  return written(actor, number, rows, expected);
}

/** One page of the actor's tasks, how many match in all, and the place after the last one if there are more. */
export type TaskPage = Readonly<{ tasks: Task[]; total: number; next: TaskCursor | null }>;

/** Lists the actor's tasks. One statement reads both the page and the total, so that they agree with each other. */
export async function listTasks(actor: Actor, query: TaskQuery): Promise<TaskPage> {
  const matching = Prisma.sql`FROM tasks WHERE ${Prisma.join(conditions(actor, query), " AND ")}`;
  const place = query.after ? Prisma.sql`AND ${comesAfter(query.after)}` : Prisma.empty;
  const offset = Math.min(query.offset, highestNumber);
  // Reads one task more than asked for, to find out whether there is a next page.
  const read = await readerOfList(actor, query);
  const rows = await read<Row & { titleKey: string; total: bigint | number }>(Prisma.sql`
    SELECT ${columns}, title_key AS "titleKey", (SELECT COUNT(*) ${matching}) AS total ${matching} ${place}
    ORDER BY ${order(query.sort)} LIMIT ${query.limit + 1} OFFSET ${offset}`);
  const [first] = rows;
  if (first) {
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const next =
      last && rows.length > query.limit ? cursorAfter({ ...toTask(last), titleKey: last.titleKey }, query.sort) : null;
    return { tasks: page.map(toTask), total: Number(first.total), next };
  }
  if (offset === 0 && !query.after) return { tasks: [], total: 0, next: null };
  const [count] = await read<{ total: bigint | number }>(Prisma.sql`SELECT COUNT(*) AS total ${matching}`);
  return { tasks: [], total: Number(count?.total ?? 0), next: null };
}

function conditions(actor: Actor, query: TaskQuery): Prisma.Sql[] {
  const all = [Prisma.sql`user_id = ${actor.userId}`];
  if (query.completed !== undefined) all.push(query.completed ? Prisma.sql`completed` : Prisma.sql`NOT completed`);
  if (query.priority) all.push(Prisma.sql`priority = ${rank(query.priority)}`);
  if (query.dueBefore) all.push(Prisma.sql`due_date <= ${query.dueBefore}`);
  if (query.dueAfter) all.push(Prisma.sql`due_date >= ${query.dueAfter}`);
  if (query.q) all.push(containing(query.q));
  return all;
}
