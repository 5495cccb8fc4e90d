import type { z } from "zod";
import type { NewTask, Task, TaskChange, TaskQuery } from "~/tasks/domain/task";
import {
  assemble,
  bodyProperties,
  jsonProperties,
  taskFields,
  type JsonProperty,
  type TaskFields,
} from "~/tasks/domain/task-fields";
import type { newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";

/** Converts between tasks and the JSON of `/api`: writes tasks for answers and reads the bodies that clients send. */

const answered = jsonProperties.map((property) => ({ property, json: taskFields[property].json }));

type TaskJson = { [P in JsonProperty as TaskFields[P]["json"]]: Task[P] };

/** Writes a task as `/api` answers it. A plain loop, because a list calls this for every task. */
export function taskToJson(task: Task): TaskJson {
  const written: Partial<Record<keyof TaskJson, unknown>> = {};
  for (const { json, property } of answered) written[json] = task[property];
  // The loop has set every name.
  return written as TaskJson;
}

/** A task as `/api/v1` writes it. */
export const todoToJson = ({ number, userId, title, completed }: Task) => ({
  id: number,
  title,
  completed,
  user_id: userId,
});

/** The body's value for each property; undefined for a property that the body leaves out. */
const properties = (body: z.output<typeof taskChangeBody>) =>
  bodyProperties.map((property) => [property, body[taskFields[property].json]] as const);

/** A new task as `/api` reads it. */
export const newTaskFromJson = (body: z.output<typeof newTaskBody>): NewTask => assemble<NewTask>(properties(body));

/** A change as `/api` reads it. */
export const taskChangeFromJson = (body: z.output<typeof taskChangeBody>): TaskChange =>
  assemble<TaskChange>(properties(body));

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
