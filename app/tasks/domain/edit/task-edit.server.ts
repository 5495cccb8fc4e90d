import type { z } from "zod";
import type { Task } from "../task";
import { assemble, formProperties, type FormProperty } from "../task-fields";
import type { taskForm } from "../task-schema";

/** A task as its form changes it. */
export type TaskEdit = Pick<Task, FormProperty>;

/** What a form that was sent makes of a task: an empty field means none. */
export const readEdit = (form: z.output<typeof taskForm>): TaskEdit =>
  assemble<TaskEdit>(formProperties.map((property) => [property, form[property] ?? null]));

/** What the fields of the form hold at first. */
type FormValues = { readonly [P in FormProperty]: `${NonNullable<Task[P]>}` };

/** The fields of the form for a task: what it has none of is empty. */
export const toFormValues = (task: TaskEdit): FormValues =>
  assemble<FormValues>(formProperties.map((property) => [property, toText(task[property])]));

/** A value as the text of a field of a form. */
export const toText = (value: string | number | boolean | null): string => String(value ?? "");
