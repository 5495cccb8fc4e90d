import { z } from "zod";
import { named, type AnswerHeader } from "~/api/operation-parts";
import { priorities } from "~/tasks/domain/task";

/** The answers of the task operations, for the description. The tests check every answer against these. */

const moment = z.iso.datetime().meta({ examples: ["2026-11-21T16:23:05.153Z"] });
const userId = z.uuid().meta({ examples: ["4b45a3f0-5c3b-4d0e-9a55-0c2f1d7f1f6e"] });

const task = z.strictObject({
  id: z
    .int()
    .min(1)
    .meta({ description: "Counted per user from 1, never given out twice.", examples: [1] }),
  user_id: userId,
  title: z.string().meta({ examples: ["Buy milk"] }),
  description: z
    .string()
    .nullable()
    .meta({ examples: ["Two litres"] }),
  completed: z.boolean().meta({ examples: [false] }),
  completed_at: moment.nullable().meta({ examples: [null] }),
  priority: z.enum(priorities).meta({ examples: ["medium"] }),
  due_date: z.iso
    .date()
    .nullable()
    .meta({ examples: ["2026-12-01"] }),
  created_at: moment,
  updated_at: moment,
});

export const taskAnswer = named("Task", task);

/** `/api/v1` */
export const todoAnswer = named(
  "V1Todo",
  z.strictObject({ id: task.shape.id, title: task.shape.title, completed: task.shape.completed, user_id: userId }),
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
