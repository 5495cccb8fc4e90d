import type { RequiredProperty, TaskFields, TaskProperty, ValueOf, WrittenProperty } from "./task-fields";
import type { Priority, SortOrder } from "./task-values";

/** The types of tasks and of requests about tasks. The fields of a task are defined in `task-fields.ts`. */

export type Task = { readonly [P in TaskProperty]: ValueOf<TaskFields[P]["value"]> };

/** A state of a task that a caller has seen. A change may be made to apply to this state only. */
export type TaskVersion = Readonly<Pick<Task, "revision" | "updatedAt">>;

/** A change of a task. Fields that are left out stay as they are; in a new task they get their initial value. */
export type TaskChange = Partial<Pick<Task, WrittenProperty>>;

export type NewTask = TaskChange & Pick<Task, RequiredProperty>;

/**
 * A place in a list, given by the sorted values of the task before it. Unlike an offset, a cursor does not shift when
 * other tasks are added or deleted. Clients see it as an opaque text. Its values are only compared with those of the
 * actor's own tasks, so a forged cursor gains nothing.
 */
export type TaskCursor = Readonly<{
  sort: SortOrder;
  /**
   * The value that the list is sorted by: a day or null, a priority, or a folded title; null if sorted by time of
   * creation.
   */
  value: string | null;
  createdAt: Date;
  number: number;
}>;

export type TaskQuery = Readonly<{
  completed?: boolean;
  priority?: Priority;
  /** A text to find in title or description, ignoring case. No character is a wildcard. */
  q?: string;
  /** Both days are inclusive bounds. */
  dueBefore?: string;
  dueAfter?: string;
  sort: SortOrder;
  /** 1 to 100 */
  limit: number;
  /** 0 or more */
  offset: number;
  /** The page begins after this place, which belongs to the same order. The offset is then 0. */
  after?: TaskCursor;
}>;
