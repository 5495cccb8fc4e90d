import { readAside } from "~/core/data/aside.server";
import { db, type Prisma } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import type { TaskQuery } from "./task";

/**
 * Chooses how the actor's tasks are read: directly, or by `readAside` if the read could keep other requests waiting too
 * long. The choice assumes the largest number of tasks that the actor can have, each with a description of 10,000
 * characters.
 */

/** The most tasks that are searched directly, which takes about ten milliseconds at worst. */
const mostLookedThrough = 300;

/** The most tasks that are counted directly, because an index alone is enough to count them. */
const mostCounted = 20_000;

/** Runs a statement and returns its rows. */
export type Reader = <Row>(statement: Prisma.Sql) => Promise<Row[]>;

/** The reader for a statement that looks at every task of the actor. */
export const readerOfAll = (actor: Actor): Promise<Reader> => readerFor(actor, mostLookedThrough);

/** The reader for a list and its total. */
export const readerOfList = (actor: Actor, query: TaskQuery): Promise<Reader> =>
  readerFor(actor, inOrderOfIndex(query) ? mostCounted : mostLookedThrough);

/** Tells whether a query lists all tasks in an order that an index provides. */
function inOrderOfIndex({ completed, priority, q, dueBefore, dueAfter, sort }: TaskQuery): boolean {
  const narrowed = completed !== undefined || [priority, q, dueBefore, dueAfter].some(Boolean);
  return !narrowed && (sort === "created_at" || sort === "-created_at");
}

async function readerFor(actor: Actor, most: number): Promise<Reader> {
  const { userId, lastTaskNumber = await lastNumberOf(userId) } = actor;
  return lastTaskNumber > most
    ? (statement) => readAside(userId, statement)
    : <Row>(statement: Prisma.Sql) => db().$queryRaw<Row[]>(statement);
}

async function lastNumberOf(userId: string): Promise<number> {
  const user = await db().user.findUnique({ where: { id: userId }, select: { lastTaskNumber: true } });
  return user?.lastTaskNumber ?? 0;
}
