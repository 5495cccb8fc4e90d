import type { z } from "zod";
import type { Task, TaskChange, TaskQuery, NewTask } from "~/tasks/domain/task";
import type { newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";

/** How `/api` writes a task. */
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

/** How `/api/v1` writes a task. */
export const todoToJson = ({ number, userId, title, completed }: Task) => ({
  id: number,
  title,
  completed,
  user_id: userId,
});

/** How `/api` reads a new task. */
export const newTaskFromJson = ({ due_date, ...rest }: z.output<typeof newTaskBody>): NewTask => ({
  ...rest,
  dueDate: due_date,
});

/** How `/api` reads a change. */
export const taskChangeFromJson = ({ due_date, ...rest }: z.output<typeof taskChangeBody>): TaskChange => ({
  ...rest,
  dueDate: due_date,
});

/** How `/api` reads the query of the list. */
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
