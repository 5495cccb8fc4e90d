import { z } from "zod";
import { named, type AnswerHeader } from "~/api/operation-parts";
import { assemble, jsonProperties, taskFields, type JsonProperty, type TaskFields } from "~/tasks/domain/task-fields";

/** The answers of the task operations, for the API description. The tests check every answer against these schemas. */

type Answer = { [P in JsonProperty as TaskFields[P]["json"]]: TaskFields[P]["value"] };

const task = z.strictObject(
  assemble<Answer>(jsonProperties.map((property) => [taskFields[property].json, taskFields[property].value])),
);

export const taskAnswer = named("Task", task);

/** `/api/v1` */
export const todoAnswer = named(
  "V1Todo",
  z.strictObject({
    id: task.shape.id,
    title: task.shape.title,
    completed: task.shape.completed,
    user_id: task.shape.user_id,
  }),
);

export const eTag: AnswerHeader = {
  name: "ETag",
  description: "The state, for If-Match and If-None-Match.",
  schema: { type: "string" },
};

export const location: AnswerHeader = {
  name: "Location",
  description: "The new task's path.",
  schema: { type: "string" },
};

export const link: AnswerHeader = {
  name: "Link",
  description: "RFC 8288: first, prev, next, last.",
  schema: { type: "string" },
};

export const totalCount: AnswerHeader = {
  name: "TotalCount",
  description: "How many match in all.",
  schema: { type: "integer", minimum: 0 },
};
