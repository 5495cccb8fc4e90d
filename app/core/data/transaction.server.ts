import { db, type Prisma } from "./db.server";
import { isWriteConflict } from "./refusals.server";

/** A statement that has not been sent yet. */
export type Statement = Prisma.PrismaPromise<unknown>;

type Results<Statements extends readonly Statement[]> = { -readonly [Index in keyof Statements]: Awaited<Statements[Index]> };

/** Two transactions never conflict this often. */
const mostTries = 5;

/**
 * Runs statements as one transaction: all of them take effect, or none. Use this for every transaction, because
 * PostgreSQL may abort any of them in favour of another; it is then run again.
 *
 * @param build - creates the statements, anew for each attempt
 * @returns the result of each statement
 */
export const transaction = <const Statements extends readonly Statement[]>(
  build: () => Statements,
): Promise<Results<Statements>> =>
  retrying(() => db().$transaction([...build()]) as Promise<Results<Statements>>);

/**
 * Repeats a write that the database undid because it conflicted with another one.
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
