import { setTimeout as sleep } from "node:timers/promises";
import { writeAside } from "~/core/data/aside.server";
import { db, Prisma } from "~/core/data/db.server";
import { retrying } from "~/core/data/transaction.server";

/**
 * Deletes much in small steps: each is a statement of its own, and between two of them everybody else may write. What a
 * crash leaves undone is done by the next clean-up. Each generator goes on to the end as it is read, and may be left
 * after any step.
 */
export type Steps = AsyncGenerator<void, void, void>;

/** Goes through all steps. */
export async function toTheEnd(steps: Steps): Promise<void> {
  while (!(await steps.next()).done);
}

/** The rows of a table that are to go. */
export type Doomed = Readonly<{
  table: string;
  /** Columns that name a row, or one of the account's rows where `where` names the account. */
  key: string;
  where: Prisma.Sql;
}>;

/** So many rows go without further ado; it is no use to start a thread for them. */
const few = 50;

/** So many go in one step: some ten milliseconds of work, in which nobody else writes. */
const rowsAStep = 500;

/** The longest pause between two steps; it is else as long as the step was (milliseconds). */
const longestPauseMs = 20;

/**
 * Deletes all of the rows.
 *
 * @param account - whose rows they are, or what else the work belongs to, for its turn
 */
export async function* deleteInSteps(account: string, doomed: Doomed): Steps {
  const [found] = await db().$queryRaw<{ total: bigint | number }[]>`
    SELECT COUNT(*) AS total FROM (SELECT 1 FROM ${Prisma.raw(doomed.table)} WHERE ${doomed.where} LIMIT ${few + 1}) found`;
  const there = Number(found?.total ?? 0);
  if (there === 0) return;
  if (there <= few) {
    await retrying(() => db().$executeRaw(deleting(doomed, few)));
    yield;
    return;
  }
  for (;;) {
    const began = performance.now();
    const count = await retrying(() => writeAside(account, deleting(doomed, rowsAStep)));
    yield;
    if (count < rowsAStep) return;
    await sleep(Math.min(performance.now() - began, longestPauseMs));
  }
}

/** The condition is asked twice: what it was true of may have changed since it was chosen. */
function deleting({ table, key, where }: Doomed, rows: number): Prisma.Sql {
  const [from, by] = [Prisma.raw(table), Prisma.raw(key)];
  return Prisma.sql`
    DELETE FROM ${from} WHERE (${by}) IN (SELECT ${by} FROM ${from} WHERE ${where} LIMIT ${rows}) AND ${where}`;
}
