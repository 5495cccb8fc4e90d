import { asideMark } from "~/core/data/sqlite/aside-mark";
import { db, Prisma } from "./db.server";
import { FairQueue } from "./fair-queue";
import { DatabaseUnavailable } from "./unavailable.server";

/**
 * Runs statements that may take long apart from the others, so that one account cannot hold up everybody else (decision
 * 9). On SQLite they run on threads with connections of their own, because the main connection runs on the thread that
 * serves all requests. On PostgreSQL they wait their turn, so that they cannot use up the pool.
 */

/** How many run at a time. More than there are cores, so that a short statement does not wait for two long ones. */
const width = 4;

/** How long a caller waits for the result, in milliseconds, including the wait for its turn. */
const longestMs = 10_000;

const queue = new FairQueue(width);

/**
 * Runs a read that may take long.
 *
 * @param account - the account that the work belongs to; one statement per account runs at a time
 * @throws {DatabaseUnavailable} if the wait and the statement together take longer than 10 seconds
 */
export const readAside = <Row>(account: string, statement: Prisma.Sql): Promise<Row[]> =>
  aside(account, () => db().$queryRaw<Row[]>(marked(statement)));

/**
 * Runs a change that may take long. The change must be repeatable, because a crash of the machine may undo it.
 *
 * @returns the number of rows changed
 * @throws {DatabaseUnavailable} if the wait and the statement together take longer than 10 seconds; the change may
 * still take place
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
  // A statement that has started cannot be stopped, so it keeps its place in the queue until it ends.
  const work = queue.run(account, () => (givenUp ? Promise.reject(late()) : run()));
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
