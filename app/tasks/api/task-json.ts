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

/** Tasks in the JSON of `/api`: how they are written, and how what clients send is read. */

const answered = jsonProperties.map((property) => ({ property, json: taskFields[property].json }));

type TaskJson = { [P in JsonProperty as TaskFields[P]["json"]]: Task[P] };

/** How `/api` writes a task. A list writes many, so this is a plain loop. */
export function taskToJson(task: Task): TaskJson {
  const written: Partial<Record<keyof TaskJson, unknown>> = {};
  for (const { json, property } of answered) written[json] = task[property];
  // Every name is there, for the loop goes over all of them.
  return written as TaskJson;
}

/** A task as `/api/v1` writes it. */
export const todoToJson = ({ number, userId, title, completed }: Task) => ({
  id: number,
  title,
  completed,
  user_id: userId,
});

/** What a body says of each property; undefined of those that it leaves out. */
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
