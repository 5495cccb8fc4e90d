import { db, type Prisma } from "./db.server";
import { isWriteConflict } from "./refusals.server";

/** A statement that has not been sent yet. */
export type Statement = Prisma.PrismaPromise<unknown>;

type Results<Statements extends readonly Statement[]> = { -readonly [Index in keyof Statements]: Awaited<Statements[Index]> };

/** More tries than two transactions ever need to get past each other. */
const mostTries = 5;

/**
 * Runs statements as one transaction: all of them happen, or none. The one way to a transaction, because each of them may
 * be the one that PostgreSQL gives up on for another's sake; it is then begun anew.
 *
 * @param build - makes the statements, for every try anew
 * @returns what each statement answered
 */
export const transaction = <const Statements extends readonly Statement[]>(
  build: () => Statements,
): Promise<Results<Statements>> =>
  retrying(() => db().$transaction([...build()]) as Promise<Results<Statements>>);

/**
 * Does a write again that the database has undone because another one stood in its way: nothing of it has happened.
 *
 * @param run - one transaction, or one statement
 */
export async function retrying<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries >= mostTries || !isWriteConflict(error)) throw error;
    }
  }
}
