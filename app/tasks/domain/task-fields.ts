import { z } from "zod";
import { storedText, visibleText } from "~/core/text";
import { longestDescription, longestTitle, priorities } from "./task-values";

/**
 * The one table of a task's fields. Statements, JSON and its description, forms, the merge of two edits, the digest
 * behind an `Idempotency-Key` and exports are derived from it. A new field needs a column in the schema, an entry here,
 * and an input in the layout of the form. The JSON has its properties in the order of these entries.
 */

const moment = z.iso.datetime().meta({ examples: ["2026-11-21T16:23:05.153Z"] });

const title = visibleText("Title", longestTitle, "Enter a title").meta({
  minLength: 1,
  maxLength: longestTitle,
  examples: ["Buy milk"],
});
const description = storedText("Description", longestDescription).meta({
  maxLength: longestDescription,
  examples: ["Two litres"],
});
const dueDate = z.iso.date("Due date must be a day such as 2026-12-31").meta({ examples: ["2026-12-01"] });
const completed = z.boolean("Completed must be true or false").meta({ examples: [false] });

/** The schema of a priority, which is also a parameter of the list. */
export const priority = z.enum(priorities, "Priority must be low, medium or high").meta({ examples: ["medium"] });

type Field = Readonly<{
  /** The field's column in the table `tasks`. */
  column: string;
  /** The field's name in JSON, for `/api` and for exports; null for a field that only the program uses. */
  json: string | null;
  /** The schema of the field's value in JSON. A date and time in JSON is a `Date` in the program. */
  value: z.ZodType;
  /** Whether the export of the owner's data contains the field. */
  exported: boolean;
  /** The words that a column of numbers stands for, from 1. */
  ranks?: readonly string[];
  /** How callers write the field; left out if only the program writes it. */
  write?: Writing;
}>;

type Writing = Readonly<{
  /** The name that people see. */
  label: string;
  /** The schema of the field in the body of a new task. A change takes the same field, but never requires it. */
  body: z.ZodType;
  /**
   * The schema of the field in the add and the edit form, where the property's name is the field's name. Edits of such
   * a field in two windows are merged.
   */
  form?: z.ZodType;
  /** The value for a new task that leaves the field out; not given if a new task must have the field. */
  initial?: string | number | boolean | null;
  /** The column of the folded text, for sorting and searching. */
  keyColumn?: string;
  /** For a field that is true or false: the property that holds the time since when it is true. */
  since?: "completedAt";
}>;

export const taskFields = {
  number: {
    column: "number",
    json: "id",
    value: z
      .int()
      .min(1)
      .meta({ description: "Counted per user from 1, never given out twice.", examples: [1] }),
    exported: true,
  },
  userId: {
    column: "user_id",
    json: "user_id",
    value: z.uuid().meta({ examples: ["4b45a3f0-5c3b-4d0e-9a55-0c2f1d7f1f6e"] }),
    exported: false,
  },
  title: {
    column: "title",
    json: "title",
    value: z.string().meta({ examples: ["Buy milk"] }),
    exported: true,
    write: { label: "Title", body: title, form: z.string("Enter a title").pipe(title), keyColumn: "title_key" },
  },
  description: {
    column: "description",
    json: "description",
    value: z
      .string()
      .nullable()
      .meta({ examples: ["Two litres"] }),
    exported: true,
    write: {
      label: "Description",
      body: description.nullable().optional(),
      form: description.optional(),
      initial: null,
      keyColumn: "description_key",
    },
  },
  completed: {
    column: "completed",
    json: "completed",
    value: z.boolean().meta({ examples: [false] }),
    exported: true,
    write: { label: "Completed", body: completed.optional(), initial: false, since: "completedAt" },
  },
  completedAt: {
    column: "completed_at",
    json: "completed_at",
    value: moment.nullable().meta({ examples: [null] }),
    exported: true,
  },
  priority: {
    column: "priority",
    json: "priority",
    value: z.enum(priorities).meta({ examples: ["medium"] }),
    exported: true,
    ranks: priorities,
    write: { label: "Priority", body: priority.optional(), form: priority.default("medium"), initial: "medium" },
  },
  dueDate: {
    column: "due_date",
    json: "due_date",
    value: z.iso
      .date()
      .nullable()
      .meta({ examples: ["2026-12-01"] }),
    exported: true,
    write: { label: "Due date", body: dueDate.nullable().optional(), form: dueDate.optional(), initial: null },
  },
  createdAt: { column: "created_at", json: "created_at", value: moment, exported: true },
  updatedAt: { column: "updated_at", json: "updated_at", value: moment, exported: true },
  /** The number of times that the task was written, from 1. */
  revision: { column: "revision", json: null, value: z.int(), exported: false },
} as const satisfies Record<string, Field>;

export type TaskFields = typeof taskFields;

/** The properties of a task. */
export type TaskProperty = keyof TaskFields;

type Of<Condition> = { [P in TaskProperty]: TaskFields[P] extends Condition ? P : never }[TaskProperty];

/** The properties that JSON has. */
export type JsonProperty = Of<{ json: string }>;

/** The properties that callers write. */
export type WrittenProperty = Of<{ write: object }>;

/** The properties that a new task has to hold. */
export type RequiredProperty = Exclude<WrittenProperty, Of<{ write: { initial: unknown } }>>;

/** The properties that the add and the edit form change. */
export type FormProperty = Of<{ write: { form: z.ZodType } }>;

/** The type of a property's value in the program, derived from the schema of its JSON. */
export type ValueOf<Schema> =
  Schema extends z.ZodNullable<infer Inner>
    ? ValueOf<Inner> | null
    : Schema extends z.ZodISODateTime
      ? Date
      : z.output<Schema>;

/**
 * Builds an object from a list of its properties. The caller names the object's type, which the table of fields
 * guarantees, because TypeScript cannot infer it from a list of values.
 */
export const assemble = <Whole extends object>(entries: Iterable<readonly [keyof Whole & string, unknown]>): Whole =>
  Object.fromEntries(entries) as Whole;

/** An entry of the table under the general type `Field`, for code that goes over all entries. */
export const fieldOf = (property: TaskProperty): Field => taskFields[property];

/** How a property is written, under the general type `Writing`, for code that goes over all entries. */
export const writingOf = (property: WrittenProperty): Writing => taskFields[property].write;

// An object literal has exactly the keys of its type, but the type of `Object.keys` is `string[]`.
const properties = Object.keys(taskFields) as TaskProperty[];

/** Every property, in the order of the table. */
export const taskProperties: readonly TaskProperty[] = properties;

/** The properties that JSON has, in the order of the table. */
export const jsonProperties = properties.filter(
  (property): property is JsonProperty => taskFields[property].json !== null,
);

/** The properties that callers write, in the order of the table. */
export const writtenProperties = properties.filter(
  (property): property is WrittenProperty => "write" in taskFields[property],
);

const isInForm = (property: WrittenProperty): property is FormProperty => "form" in taskFields[property].write;

/** The properties that the add and the edit form change, in the order of the table. */
export const formProperties = writtenProperties.filter(isInForm);

/** The properties that callers write, in the order of a body: those of the form come first. */
export const bodyProperties = [...formProperties, ...writtenProperties.filter((property) => !isInForm(property))];
