import type { RequiredProperty, TaskFields, TaskProperty, ValueOf, WrittenProperty } from "./task-fields";
import type { Priority, SortOrder } from "./task-values";

/** A task and what can be said of it, as types alone. Its fields are those of `task-fields.ts`. */

export type Task = { readonly [P in TaskProperty]: ValueOf<TaskFields[P]["value"]> };

/** A state of a task that somebody has seen. A change may be tied to it. */
export type Seen = Readonly<Pick<Task, "revision" | "updatedAt">>;

/** What is left out of a new task gets its initial value, and in a change stays as it is. */
export type TaskChange = Partial<Pick<Task, WrittenProperty>>;

export type NewTask = TaskChange & Pick<Task, RequiredProperty>;

/**
 * A place in a list: the sorted values of the task that it comes after. It does not shift when other tasks come or go,
 * as an offset does. To a client it is an opaque text; what it holds is compared and never trusted.
 */
export type TaskCursor = Readonly<{
  sort: SortOrder;
  /** The value that is sorted by: a day or null, a priority, a folded title; null where the moment itself is. */
  value: string | null;
  createdAt: Date;
  number: number;
}>;

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
