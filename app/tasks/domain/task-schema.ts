import { z } from "zod";
import { storedText } from "~/core/text";
import { decodeCursor } from "./task-cursor";
import {
  assemble,
  bodyProperties,
  formProperties,
  priority,
  taskFields,
  type FormProperty,
  type TaskFields,
  type WrittenProperty,
} from "./task-fields";
import { sortOrders } from "./task-values";

/** The schemas of requests about tasks, for pages and for `/api`. The rules for each field are in `task-fields.ts`. */

type Body = {
  [P in WrittenProperty as TaskFields[P]["json"]]: TaskFields[P]["write"]["body"];
};

/** A new task as `POST /api/tasks` takes it. A body with unknown fields is refused. */
export const newTaskBody = z.strictObject(
  assemble<Body>(bodyProperties.map((property) => [taskFields[property].json, taskFields[property].write.body])),
);

/** A change as `PUT` and `PATCH /api/tasks/{id}` take it. Only the fields that are sent change. */
export const taskChangeBody = newTaskBody.partial().meta({ examples: [{ title: "Buy oat milk", priority: "high" }] });

/** The body of `PATCH /api/tasks/{id}/complete`. Without `completed` the request toggles the task. */
export const completionBody = z
  .strictObject({ completed: taskFields.completed.write.body })
  .meta({ examples: [{ completed: true }] });

/** A new task as `POST /api/v1/todos` takes it. */
export const newTodoBody = newTaskBody.pick({ title: true, completed: true });

/** A change as `PUT /api/v1/todos/{id}` takes it. */
export const todoChangeBody = newTodoBody.partial();

type Form = { [P in FormProperty]: TaskFields[P]["write"]["form"] };

/** The add and the edit form. Every field is always sent; an empty field means that the task has no value there. */
export const taskForm = z.object(
  assemble<Form>(formProperties.map((property) => [property, taskFields[property].write.form])),
);

/**
 * The edit form. It also names the state of the task that it was drawn from; its button "Complete" can submit it too.
 */
export const taskEditForm = taskForm.extend({
  version: z.string().optional(),
  then: z.enum(["complete", "reopen"]).optional(),
});

/** The form of a row's round check button, which names the task. */
export const taskNumberForm = z.object({ number: z.string().default("") });

const wholeNumber = (name: string, least: number, most: number, range: string) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `${name} must be ${range}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `${name} must be ${range}`)
    .meta({ type: "integer", minimum: least, maximum: most });

/** An empty cursor asks for the first page. Clients take every other cursor from a `Link` header. */
const cursor = z.string().transform((text, context) => {
  const decoded = text === "" ? ("" as const) : decodeCursor(text);
  if (decoded !== null) return decoded;
  context.addIssue({ code: "custom", message: "cursor must come from the Link header of a page before" });
  return z.NEVER;
});

/** The query of `GET /api/tasks`. Every value in the URL is a string. Parameters with other names are ignored. */
export const taskListQuery = z
  .object({
    completed: z
      .enum(["true", "false"], "completed must be true or false")
      .transform((value) => value === "true")
      .optional()
      .meta({ description: "Completed tasks alone, or open ones." }),
    priority: priority.optional(),
    q: storedText("q", 200)
      .optional()
      .meta({ maxLength: 200, description: "Looked for in title and description, ignoring case.", examples: ["milk"] }),
    due_before: z.iso
      .date("due_before must be a day such as 2026-12-31")
      .optional()
      .meta({ description: "Due on this day or before.", examples: ["2026-12-31"] }),
    due_after: z.iso
      .date("due_after must be a day such as 2026-12-31")
      .optional()
      .meta({ description: "Due on this day or after.", examples: ["2026-12-01"] }),
    sort: z
      .enum(sortOrders, `sort must be one of ${sortOrders.join(", ")}`)
      .default("-created_at")
      .meta({
        description:
          "Tasks without a date come last either way; ties by number, upwards for created_at and newest first for the others.",
      }),
    limit: wholeNumber("limit", 1, 100, "a whole number from 1 to 100")
      .default(50)
      .meta({ description: "How many at most; 50 unless told otherwise.", examples: [50] }),
    offset: wholeNumber("offset", 0, Number.MAX_SAFE_INTEGER, "a whole number, 0 or more")
      .default(0)
      .meta({ description: "How many to leave out; 0 unless told otherwise.", examples: [0] }),
    cursor: cursor.optional().meta({
      description:
        "Instead of an offset, which shifts when tasks come and go: empty for the first page, then out of the `Link` header.",
      examples: [""],
    }),
  })
  .refine(({ cursor, offset }) => cursor === undefined || offset === 0, {
    error: "Send cursor or offset, not both",
    path: ["cursor"],
  })
  .refine(({ cursor, sort }) => !cursor || cursor.sort === sort, {
    error: "cursor belongs to another sort",
    path: ["cursor"],
  });

/** The query of `GET /api/v1/todos`. */
export const todoListQuery = z.object({
  skip: taskListQuery.shape.offset,
  limit: wholeNumber("limit", 1, 100, "a whole number from 1 to 100")
    .default(100)
    .meta({ description: "How many at most; 100 unless told otherwise.", examples: [100] }),
});
