import { byCodePoint, Prisma } from "~/core/data/db.server";
import type { TaskCursor } from "./task";
import { priorities, type Priority, type SortOrder } from "./task-values";

/** The SQL for the orders of a list of tasks, and for the tasks after a place in such an order. */

/** The number that is stored for a priority: from 1, low to high. */
export const rank = (priority: Priority): number => priorities.indexOf(priority) + 1;

const newestFirst = Prisma.sql`created_at DESC, number DESC`;
const oldestFirst = Prisma.sql`created_at, number`;

/**
 * The columns that a list is ordered by. Tasks without a due date come last in both directions. Among equals the newest
 * comes first; a list by time of creation breaks ties by number in its own direction.
 */
export function order(sort: SortOrder): Prisma.Sql {
  switch (sort) {
    case "created_at":
      return oldestFirst;
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

/** The condition for the tasks that come after a place, in the order that the place belongs to. */
export function comesAfter({ sort, value, createdAt, number }: TaskCursor): Prisma.Sql {
  const after = sort.startsWith("-") ? Prisma.raw("<") : Prisma.raw(">");
  // Compared as one row value, so that the database can find the place by an index.
  const older = Prisma.sql`(created_at, number) < (${createdAt}, ${number})`;
  const newer = Prisma.sql`(created_at, number) > (${createdAt}, ${number})`;
  const later = (column: Prisma.Sql, than: string | number) =>
    Prisma.sql`(${column} ${after} ${than} OR (${column} = ${than} AND ${older}))`;
  switch (sort) {
    case "-created_at":
      return older;
    case "created_at":
      return newer;
    case "due_date":
    case "-due_date":
      return value === null
        ? Prisma.sql`(due_date IS NULL AND ${older})`
        : Prisma.sql`(due_date IS NULL OR ${later(Prisma.sql`due_date`, value)})`;
    case "priority":
    case "-priority":
      return later(Prisma.sql`priority`, priorities.findIndex((priority) => priority === value) + 1);
    case "title":
    case "-title":
      return later(byCodePoint(Prisma.sql`title_key`), value ?? "");
  }
}
