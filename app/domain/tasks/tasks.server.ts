import { byCodePoint, db, positionOf, Prisma } from "~/data/db.server";
import type { Actor } from "../actor";
import { NotFound } from "../errors";
import { priorities, type NewTask, type SortOrder, type Task, type TaskChange, type TaskQuery } from "./task";

/**
 * Tasks. The actor comes first everywhere and every statement carries `user_id = actor.userId`, so that another
 * user's task cannot be named (OWASP ASVS 5.0, 8.2.2). Statements are written out because each function is then one
 * round to the database, and because the conditions on the row and the change to it are one step.
 */

/** PostgreSQL's integer ends here; no user has more tasks, so a larger number names none. */
const highestNumber = 2_147_483_647;

type Row = Omit<Task, "priority"> & { priority: number };

const columns = Prisma.sql`
  number, user_id AS "userId", title, description, completed, completed_at AS "completedAt", priority,
  due_date AS "dueDate", created_at AS "createdAt", updated_at AS "updatedAt"`;

const rank = (priority: Task["priority"]) => priorities.indexOf(priority) + 1;

const toTask = (row: Row): Task => ({
  number: row.number,
  userId: row.userId,
  title: row.title,
  description: row.description,
  completed: row.completed,
  completedAt: row.completedAt,
  priority: priorities[row.priority - 1] ?? "medium",
  dueDate: row.dueDate,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const key = (text: string) => text.toLowerCase();

const notFound = () => new NotFound("Task not found");

function only(rows: Row[]): Task {
  const [row] = rows;
  if (!row) throw notFound();
  return toTask(row);
}

/** A task's number from a path segment. Anything else than a number names no task. */
export function parseTaskNumber(segment: string | undefined): number {
  const number = segment && /^[1-9]\d{0,9}$/.test(segment) ? Number(segment) : 0;
  if (number < 1 || number > highestNumber) throw notFound();
  return number;
}

/** Adds a task under the user's next number; the number is taken and the row written in one transaction. */
export async function createTask(actor: Actor, task: NewTask): Promise<Task> {
  const now = new Date();
  const completed = task.completed ?? false;
  const description = task.description ?? null;
  const [, rows] = await db().$transaction([
    db().$executeRaw`UPDATE users SET last_task_number = last_task_number + 1 WHERE id = ${actor.userId}`,
    db().$queryRaw<Row[]>`
      INSERT INTO tasks (user_id, number, title, title_key, description, description_key, completed, completed_at,
                         priority, due_date, created_at, updated_at)
      VALUES (${actor.userId}, (SELECT last_task_number FROM users WHERE id = ${actor.userId}), ${task.title},
              ${key(task.title)}, ${description}, ${description === null ? null : key(description)}, ${completed},
              ${completed ? now : null}, ${rank(task.priority ?? "medium")}, ${task.dueDate ?? null}, ${now}, ${now})
      RETURNING ${columns}`,
  ]);
  return only(rows);
}

/**
 * One of the actor's tasks.
 *
 * @throws {NotFound} if the actor has none of that number
 */
export async function getTask(actor: Actor, number: number): Promise<Task> {
  return only(
    await db().$queryRaw<Row[]>`
      SELECT ${columns} FROM tasks WHERE user_id = ${actor.userId} AND number = ${number}`,
  );
}

/** All of the actor's tasks by number, some at a time. */
export async function* taskPages(actor: Actor, pageSize = 500): AsyncGenerator<Task[]> {
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
 * @throws {NotFound} if the actor has no task of that number
 */
export async function updateTask(actor: Actor, number: number, change: TaskChange): Promise<Task> {
  const now = new Date();
  const sets: Prisma.Sql[] = [];
  if (change.title !== undefined) sets.push(Prisma.sql`title = ${change.title}, title_key = ${key(change.title)}`);
  if (change.description !== undefined) {
    const descriptionKey = change.description === null ? null : key(change.description);
    sets.push(Prisma.sql`description = ${change.description}, description_key = ${descriptionKey}`);
  }
  if (change.priority !== undefined) sets.push(Prisma.sql`priority = ${rank(change.priority)}`);
  if (change.dueDate !== undefined) sets.push(Prisma.sql`due_date = ${change.dueDate}`);
  if (change.completed === true) sets.push(Prisma.sql`completed = TRUE, completed_at = COALESCE(completed_at, ${now})`);
  if (change.completed === false) sets.push(Prisma.sql`completed = FALSE, completed_at = NULL`);
  if (!sets.length) return getTask(actor, number);
  return write(actor, number, sets, now);
}

/**
 * Turns an open task into a completed one and the other way round, in one statement.
 *
 * @throws {NotFound} if the actor has no task of that number
 */
export function toggleTask(actor: Actor, number: number): Promise<Task> {
  const now = new Date();
  // COALESCE with the column tells PostgreSQL the parameter's type; of an open task it is null.
  const completedAt = Prisma.sql`CASE WHEN completed THEN NULL ELSE COALESCE(completed_at, ${now}) END`;
  const toggle = Prisma.sql`completed = NOT completed, completed_at = ${completedAt}`;
  return write(actor, number, [toggle], now);
}

async function write(actor: Actor, number: number, sets: Prisma.Sql[], now: Date): Promise<Task> {
  return only(
    await db().$queryRaw<Row[]>`
      UPDATE tasks SET ${Prisma.join(sets)}, updated_at = ${now}
      WHERE user_id = ${actor.userId} AND number = ${number}
      RETURNING ${columns}`,
  );
}

/**
 * Deletes a task; its number is not given out again.
 *
 * @returns the task as it was
 * @throws {NotFound} if the actor has no task of that number
 */
export async function deleteTask(actor: Actor, number: number): Promise<Task> {
  return only(
    await db().$queryRaw<Row[]>`
      DELETE FROM tasks WHERE user_id = ${actor.userId} AND number = ${number} RETURNING ${columns}`,
  );
}

/** One page of the actor's tasks, and how many match in all. */
export type TaskPage = Readonly<{ tasks: Task[]; total: number }>;

/** Lists the actor's tasks. The page and the total come in one statement, so they speak of the same moment. */
export async function listTasks(actor: Actor, query: TaskQuery): Promise<TaskPage> {
  const matching = Prisma.sql`FROM tasks WHERE ${Prisma.join(conditions(actor, query), " AND ")}`;
  const offset = Math.min(query.offset, highestNumber);
  const rows = await db().$queryRaw<(Row & { total: bigint | number })[]>`
    SELECT ${columns}, (SELECT COUNT(*) ${matching}) AS total ${matching}
    ORDER BY ${order(query.sort)} LIMIT ${query.limit} OFFSET ${offset}`;
  const [first] = rows;
  if (first) return { tasks: rows.map(toTask), total: Number(first.total) };
  if (offset === 0) return { tasks: [], total: 0 };
  const [count] = await db().$queryRaw<{ total: bigint | number }[]>`SELECT COUNT(*) AS total ${matching}`;
  return { tasks: [], total: Number(count?.total ?? 0) };
}

function conditions(actor: Actor, query: TaskQuery): Prisma.Sql[] {
  const all = [Prisma.sql`user_id = ${actor.userId}`];
  if (query.completed !== undefined) all.push(query.completed ? Prisma.sql`completed` : Prisma.sql`NOT completed`);
  if (query.priority) all.push(Prisma.sql`priority = ${rank(query.priority)}`);
  if (query.dueBefore) all.push(Prisma.sql`due_date <= ${query.dueBefore}`);
  if (query.dueAfter) all.push(Prisma.sql`due_date >= ${query.dueAfter}`);
  if (query.q) {
    const inTitle = positionOf(Prisma.sql`title_key`, key(query.q));
    const inDescription = positionOf(Prisma.sql`description_key`, key(query.q));
    all.push(Prisma.sql`(${inTitle} > 0 OR ${inDescription} > 0)`);
  }
  return all;
}

const newestFirst = Prisma.sql`created_at DESC, number DESC`;

function order(sort: SortOrder): Prisma.Sql {
  switch (sort) {
    case "created_at":
      return Prisma.sql`created_at, number DESC`;
    case "-created_at":
      return newestFirst;
    case "due_date":
      return Prisma.sql`due_date IS NULL, due_date, ${newestFirst}`;
    case "-due_date":
      return Prisma.sql`due_date IS NULL, due_date DESC, ${newestFirst}`;
    case "priority":
      return Prisma.sql`priority, ${newestFirst}`;
    case "-priority":
      return Prisma.sql`priority DESC, ${newestFirst}`;
    case "title":
      return Prisma.sql`${byCodePoint(Prisma.sql`title_key`)}, ${newestFirst}`;
    case "-title":
      return Prisma.sql`${byCodePoint(Prisma.sql`title_key`)} DESC, ${newestFirst}`;
  }
}
