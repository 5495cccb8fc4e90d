import { asideMark } from "~/core/data/sqlite/aside-mark";
import { db, Prisma } from "./db.server";
import { FairQueue } from "./fair-queue";
import { DatabaseUnavailable } from "./unavailable.server";

/**
 * Statements that may take long go aside, so that one account's do not hold up everybody else's (decision 9). On SQLite
 * they run on threads with connections of their own, because the process's own connection runs on the thread that serves
 * everybody; on PostgreSQL they take their turn so that they cannot fill the pool.
 */

/** How many run at a time. More than cores, so that a short one does not wait for two long ones. */
const width = 4;

/** How long an answer is waited for, in milliseconds, the wait for its turn included. */
const longestMs = 10_000;

const queue = new FairQueue(width);

/**
 * Reads what may take long.
 *
 * @param account - whose work it is: one statement of an account runs at a time
 * @throws {DatabaseUnavailable} when its turn and its work take longer than any statement may
 */
export const readAside = <Row>(account: string, statement: Prisma.Sql): Promise<Row[]> =>
  aside(account, () => db().$queryRaw<Row[]>(marked(statement)));

/**
 * Changes what may take long; only what may be done again, since a crash of the machine may undo it.
 *
 * @returns how many rows it changed
 * @throws {DatabaseUnavailable} as above; the change may then take place nevertheless
 */
export const writeAside = (account: string, statement: Prisma.Sql): Promise<number> =>
  aside(account, () => db().$executeRaw(marked(statement)));

const marked = (statement: Prisma.Sql) => Prisma.sql`${Prisma.raw(asideMark)} ${statement}`;

async function aside<Result>(account: string, run: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let givenUp = false;
  const late = () => new DatabaseUnavailable("too slow", "A statement took too long");
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      givenUp = true;
      reject(late());
    }, longestMs);
  });
  // A statement that has begun keeps its place to the end: nothing can stop it.
  const work = queue.run(account, () => (givenUp ? Promise.reject(late()) : run()));
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
