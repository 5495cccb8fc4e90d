import type { z } from "zod";
import type { Task, TaskChange, TaskQuery, NewTask } from "~/tasks/domain/task";
import type { newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";

/** A task as `/api` writes it. */
export const taskToJson = (task: Task) => ({
  id: task.number,
  user_id: task.userId,
  title: task.title,
  description: task.description,
  completed: task.completed,
  completed_at: task.completedAt,
  priority: task.priority,
  due_date: task.dueDate,
  created_at: task.createdAt,
  updated_at: task.updatedAt,
});

/** A task as `/api/v1` writes it. */
export const todoToJson = ({ number, userId, title, completed }: Task) => ({
  id: number,
  title,
  completed,
  user_id: userId,
});

/** A new task as `/api` reads it. */
export const newTaskFromJson = ({ due_date, ...rest }: z.output<typeof newTaskBody>): NewTask => ({
  ...rest,
  dueDate: due_date,
});

/** A change as `/api` reads it. */
export const taskChangeFromJson = ({ due_date, ...rest }: z.output<typeof taskChangeBody>): TaskChange => ({
  ...rest,
  dueDate: due_date,
});

/** The query of the list as `/api` reads it. */
export const taskQueryFromUrl = ({
  due_before,
  due_after,
  cursor,
  ...rest
}: z.output<typeof taskListQuery>): TaskQuery => ({
  ...rest,
  dueBefore: due_before,
  dueAfter: due_after,
  after: cursor === "" ? undefined : cursor,
});
