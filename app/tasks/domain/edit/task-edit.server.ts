import type { z } from "zod";
import type { Task } from "../task";
import { assemble, formProperties, type FormProperty } from "../task-fields";
import type { taskForm } from "../task-schema";

/** The fields of a task that its form changes. */
export type TaskEdit = Pick<Task, FormProperty>;

/** Reads the task's fields from a submitted form. An empty field means that the task has no value there. */
export const readEdit = (form: z.output<typeof taskForm>): TaskEdit =>
  assemble<TaskEdit>(formProperties.map((property) => [property, form[property] ?? null]));

/** The initial texts of the form's fields. */
type FormValues = { readonly [P in FormProperty]: `${NonNullable<Task[P]>}` };

/** The initial texts of the form for a task. A field without a value is empty. */
export const toFormValues = (task: TaskEdit): FormValues =>
  assemble<FormValues>(formProperties.map((property) => [property, toText(task[property])]));

/** Converts a value to the text of a form field; null to the empty text. */
export const toText = (value: string | number | boolean | null): string => String(value ?? "");
