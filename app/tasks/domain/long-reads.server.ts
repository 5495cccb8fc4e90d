import { readAside } from "~/core/data/aside.server";
import { db, type Prisma } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import type { TaskQuery } from "./task";

/**
 * Which way the actor's tasks are read: at once, or aside where that could take longer than others may be kept waiting.
 * It is decided by the most tasks that there can be, each with a description of 10,000 characters.
 */

/** Up to so many tasks are looked through at once: that is some ten milliseconds at worst. */
const mostLookedThrough = 300;

/** Up to so many are counted at once, by an index alone. */
const mostCounted = 20_000;

/** How a statement is read. */
export type Reader = <Row>(statement: Prisma.Sql) => Promise<Row[]>;

/** For a statement that looks at each of the actor's tasks. */
export const readerOfAll = (actor: Actor): Promise<Reader> => readerFor(actor, mostLookedThrough);

/** For a list and its total. */
export const readerOfList = (actor: Actor, query: TaskQuery): Promise<Reader> =>
  readerFor(actor, inOrderOfIndex(query) ? mostCounted : mostLookedThrough);

/** Is it a list of everything, in the order in which an index has it? */
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
