import { Prisma } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { addDays, localDay, startOfLocalDay } from "~/core/time/day";
import { readerOfAll } from "./long-reads.server";
import type { Task } from "./task";
import { listTasks } from "./tasks.server";

/** The figures and tasks that the dashboard shows. "Due this week" means the seven days that begin today. */
export type Summary = Readonly<{
  open: number;
  completed: number;
  overdue: number;
  dueToday: number;
  dueThisWeek: number;
  /** At most five open tasks with a due date, the soonest first. Overdue tasks are included. */
  next: Task[];
  /** The last 14 days, oldest first. */
  completedPerDay: { day: string; count: number }[];
}>;

const chartDays = 14;

/**
 * Counts the actor's tasks, in two statements. Days begin and end in the server's time zone (`TZ`).
 *
 * @param now - the moment that "today" is taken from
 */
export async function summarizeTasks(actor: Actor, now = new Date()): Promise<Summary> {
  const today = localDay(now);
  const days = Array.from({ length: chartDays }, (_, index) => addDays(today, index - chartDays + 1));
  const count = (condition: Prisma.Sql) => Prisma.sql`COUNT(CASE WHEN ${condition} THEN 1 END)`;
  const counts = [
    Prisma.sql`${count(Prisma.sql`NOT completed`)} AS open`,
    Prisma.sql`${count(Prisma.sql`completed`)} AS completed`,
    Prisma.sql`${count(Prisma.sql`NOT completed AND due_date < ${today}`)} AS overdue`,
    Prisma.sql`${count(Prisma.sql`NOT completed AND due_date = ${today}`)} AS "dueToday"`,
    Prisma.sql`${count(Prisma.sql`NOT completed AND due_date >= ${today} AND due_date < ${addDays(today, 7)}`)} AS "dueThisWeek"`,
    ...days.map((day, index) => {
      const from = startOfLocalDay(day);
      const to = startOfLocalDay(addDays(day, 1));
      return Prisma.sql`${count(Prisma.sql`completed_at >= ${from} AND completed_at < ${to}`)} AS ${Prisma.raw(`day${index}`)}`;
    }),
  ];
  const read = await readerOfAll(actor);
  const [rows, soonest] = await Promise.all([
    read<Record<string, bigint | number>>(Prisma.sql`
      SELECT ${Prisma.join(counts)} FROM tasks WHERE user_id = ${actor.userId}`),
    listTasks(actor, { completed: false, dueAfter: "0000-01-01", sort: "due_date", limit: 5, offset: 0 }),
  ]);
  const number = (name: string) => Number(rows[0]?.[name] ?? 0);
  return {
    open: number("open"),
    completed: number("completed"),
    overdue: number("overdue"),
    dueToday: number("dueToday"),
    dueThisWeek: number("dueThisWeek"),
    next: soonest.tasks,
    completedPerDay: days.map((day, index) => ({ day, count: number(`day${index}`) })),
  };
}
