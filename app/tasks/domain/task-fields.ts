import { z } from "zod";
import { storedText, visibleText } from "~/core/text";
import { longestDescription, longestTitle, priorities } from "./task-values";

/**
 * The fields of a task, each of them once. Statements, JSON with its description, forms, the merge of two edits, the
 * digest behind an `Idempotency-Key` and exports are made of this table: a new field is a column of the schema, an entry
 * here, and an input in the layout of the form. The order of the entries is that of the JSON.
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

/** Also a parameter of the list. */
export const priority = z.enum(priorities, "Priority must be low, medium or high").meta({ examples: ["medium"] });

type Field = Readonly<{
  /** Its column in the table `tasks`. */
  column: string;
  /** Its name in JSON, for `/api` and for exports; null for one that the program keeps to itself. */
  json: string | null;
  /** What it holds, as JSON has it. What is a moment there is a `Date` in the program. */
  value: z.ZodType;
  /** Is it in the export of its owner's data? */
  exported: boolean;
  /** The words that a column of numbers stands for, from 1. */
  ranks?: readonly string[];
  /** How it is written; left out where nobody but the program writes it. */
  write?: Writing;
}>;

type Writing = Readonly<{
  /** What people call it. */
  label: string;
  /** In the body of a new task. A change takes the same, with nothing required. */
  body: z.ZodType;
  /**
   * In the add and the edit form, under the name of its property. An edit of such a field is merged with another
   * window's.
   */
  form?: z.ZodType;
  /** What it holds in a new task that says nothing of it; left out where a new task has to say. */
  initial?: string | number | boolean | null;
  /** The column of its text as it is compared and looked for. */
  keyColumn?: string;
  /** The property that holds since when it is true, for one that is true or false. */
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
  /** Counts the writes, from 1. */
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

/** What a property holds in the program, by the schema of its JSON. */
export type ValueOf<Schema> =
  Schema extends z.ZodNullable<infer Inner>
    ? ValueOf<Inner> | null
    : Schema extends z.ZodISODateTime
      ? Date
      : z.output<Schema>;

/**
 * An object put together property by property. Its type comes from the table, which says what each of them holds; a list
 * of values cannot say it.
 */
export const assemble = <Whole extends object>(entries: Iterable<readonly [keyof Whole & string, unknown]>): Whole =>
  Object.fromEntries(entries) as Whole;

/** An entry of the table without its own type, for code that goes over all of them. */
export const fieldOf = (property: TaskProperty): Field => taskFields[property];

/** What is known of the writing of a property, likewise. */
export const writingOf = (property: WrittenProperty): Writing => taskFields[property].write;

// The keys of an object literal are those of its type; `Object.keys` does not say so.
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

/** The properties that callers write in the order of a body: what the form has comes first. */
export const bodyProperties = [...formProperties, ...writtenProperties.filter((property) => !isInForm(property))];
