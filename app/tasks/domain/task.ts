// Shared with the browser.
/** A task and what can be said of it, without the code that checks it: the browser needs no more. */

import type { TaskCursor } from "./task-cursor";

export const priorities = ["low", "medium", "high"] as const;
export type Priority = (typeof priorities)[number];

export type Task = Readonly<{
  number: number;
  userId: string;
  title: string;
  description: string | null;
  completed: boolean;
  completedAt: Date | null;
  priority: Priority;
  /** YYYY-MM-DD */
  dueDate: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Counts the writes, from 1. */
  revision: number;
}>;

/** A state of a task that somebody has seen. A change may be tied to it. */
export type Seen = Readonly<Pick<Task, "revision" | "updatedAt">>;

export type NewTask = Readonly<{
  title: string;
  description?: string | null;
  priority?: Priority;
  dueDate?: string | null;
  completed?: boolean;
}>;

export type TaskChange = Partial<NewTask>;

export const sortOrders = [
  "created_at",
  "-created_at",
  "due_date",
  "-due_date",
  "priority",
  "-priority",
  "title",
  "-title",
] as const;
export type SortOrder = (typeof sortOrders)[number];

export type TaskQuery = Readonly<{
  completed?: boolean;
  priority?: Priority;
  /** Looked for in title and description, ignoring case; every character stands for itself. */
  q?: string;
  /** Both days are included. */
  dueBefore?: string;
  dueAfter?: string;
  sort: SortOrder;
  /** 1 to 100 */
  limit: number;
  /** 0 or more */
  offset: number;
  /** The place that the page begins after, in the same order; then the offset is 0. */
  after?: TaskCursor;
}>;
