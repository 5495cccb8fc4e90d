import { z } from "zod";
import type { Task, TaskCursor } from "./task";
import { sortOrders, type SortOrder } from "./task-values";
import { parseStored } from "~/core/stored";

/** Converts between places in a list and the cursors that clients get. */

/** In UTF-16 units: a title has at most 200 code points, and the folded form of one code point has at most 18 units. */
const longestValue = 3_600;

const schema = z.tuple([
  z.enum(sortOrders),
  z.string().max(longestValue).nullable(),
  z.iso.datetime(),
  z.int().min(1).max(2_147_483_647),
]);

/** The place after a task. */
export const cursorAfter = (task: Task & { titleKey: string }, sort: SortOrder): TaskCursor => ({
  sort,
  value: sortedValue(task, sort),
  createdAt: task.createdAt,
  number: task.number,
});

function sortedValue(task: Task & { titleKey: string }, sort: SortOrder): string | null {
  if (sort.endsWith("due_date")) return task.dueDate;
  if (sort.endsWith("priority")) return task.priority;
  return sort.endsWith("title") ? task.titleKey : null;
}

export function encodeCursor({ sort, value, createdAt, number }: TaskCursor): string {
  return Buffer.from(JSON.stringify([sort, value, createdAt.toISOString(), number])).toString("base64url");
}

/** @returns null if the text is not a cursor */
export function decodeCursor(text: string): TaskCursor | null {
  const parts = parseStored(schema, Buffer.from(text, "base64url").toString("utf8"));
  if (!parts) return null;
  const [sort, value, createdAt, number] = parts;
  // PostgreSQL's calendar has no year 0.
  if (createdAt < "0001") return null;
  if (value?.includes("\u0000") || value?.isWellFormed() === false) return null;
  return { sort, value, createdAt: new Date(createdAt), number };
}
