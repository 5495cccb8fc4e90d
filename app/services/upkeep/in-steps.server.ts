import { setTimeout as sleep } from "node:timers/promises";
import { writeAside } from "~/core/data/aside.server";
import { db, Prisma } from "~/core/data/db.server";
import { retrying } from "~/core/data/transaction.server";

/**
 * Deletes many rows in small steps. Each step is a statement of its own, and others may write between two steps. The
 * next clean-up completes what a crash leaves undone. Each generator runs as it is read, and the reader may stop after
 * any step.
 */
export type Steps = AsyncGenerator<void, void, void>;

/** Runs all steps. */
export async function toTheEnd(steps: Steps): Promise<void> {
  while (!(await steps.next()).done);
}

/** The rows of a table that are to be deleted. */
export type RowsToDelete = Readonly<{
  table: string;
  /** The columns that identify a row, or a row of the account if `where` names the account. */
  key: string;
  where: Prisma.Sql;
}>;

/** Up to this many rows are deleted at once; starting a thread for them would cost more. */
const deletedAtOnce = 50;

/** How many rows one step deletes: some ten milliseconds, during which nobody else can write. */
const rowsAStep = 500;

/** The longest pause between two steps, in milliseconds. Otherwise the pause is as long as the step was. */
const longestPauseMs = 20;

/**
 * Deletes all of the rows.
 *
 * @param account - the account or other owner of the work, by which it takes turns
 */
export async function* deleteInSteps(account: string, target: RowsToDelete): Steps {
  const [found] = await db().$queryRaw<{ total: bigint | number }[]>`
    SELECT COUNT(*) AS total FROM (SELECT 1 FROM ${Prisma.raw(target.table)} WHERE ${target.where} LIMIT ${deletedAtOnce + 1}) found`;
  const there = Number(found?.total ?? 0);
  if (there === 0) return;
  if (there <= deletedAtOnce) {
    await retrying(() => db().$executeRaw(deleting(target, deletedAtOnce)));
    yield;
    return;
  }
  for (;;) {
    const began = performance.now();
    const count = await retrying(() => writeAside(account, deleting(target, rowsAStep)));
    yield;
    if (count < rowsAStep) return;
    await sleep(Math.min(performance.now() - began, longestPauseMs));
  }
}

/** The condition is repeated in the DELETE, because a row may have changed since it was selected. */
function deleting({ table, key, where }: RowsToDelete, rows: number): Prisma.Sql {
  const [from, by] = [Prisma.raw(table), Prisma.raw(key)];
  return Prisma.sql`
    DELETE FROM ${from} WHERE (${by}) IN (SELECT ${by} FROM ${from} WHERE ${where} LIMIT ${rows}) AND ${where}`;
}
