import { createHash } from "node:crypto";
import type { Seen } from "../task";
import { assemble, formProperties, type FormProperty } from "../task-fields";
import { toText, type TaskEdit } from "./task-edit.server";

/**
 * The state of a task that a form was drawn from, small enough to travel in it: which state it was, and for each field a
 * fingerprint of what it held. With it two changes of different fields can both be kept.
 */
export type TaskVersion = Readonly<{
  state: Seen;
  /** By field; a form that was drawn before the program had a field has none of it, and leaves the field alone. */
  prints: Readonly<Partial<Record<FormProperty, string>>>;
}>;

/** The order in which versions have always been written. Fields that came later follow, in the order of the table. */
const first = ["title", "description", "priority", "dueDate"] as const satisfies readonly FormProperty[];
const later = formProperties.filter((property) => !(first as readonly FormProperty[]).includes(property));
const printed: readonly FormProperty[] = [...first, ...later];

const pattern = /^\d{1,9}\.\d{1,15}(\.[\w-]{11})+$/;

/** The version of a task as its form carries it. */
export function writeVersion(task: TaskEdit & Seen): string {
  const prints = printed.map((field) => fingerprint(task[field]));
  return [task.revision, task.updatedAt.getTime(), ...prints].join(".");
}

/** Reads a version; null for a text that is none. */
export function readVersion(text: string | undefined): TaskVersion | null {
  if (text === undefined || !pattern.test(text)) return null;
  const [revision, updatedAt, ...prints] = text.split(".");
  if (prints.length < first.length || prints.length > printed.length) return null;
  return {
    state: { revision: Number(revision), updatedAt: new Date(Number(updatedAt)) },
    prints: assemble(printed.slice(0, prints.length).map((field, index) => [field, prints[index]])),
  };
}

/** The fields that the form of a version had. */
export const fieldsOf = ({ prints }: TaskVersion): FormProperty[] =>
  formProperties.filter((field) => prints[field] !== undefined);

/**
 * Puts two changes of one state together, field by field.
 *
 * @param base - the state that `mine` began with
 * @param mine - what the form holds now
 * @param theirs - the task as it is by now
 * @returns what has to be written, and the fields that both have changed to something different
 */
export function mergeEdits(
  base: TaskVersion,
  mine: TaskEdit,
  theirs: TaskEdit,
): { change: Partial<TaskEdit>; conflicts: FormProperty[] } {
  const mineIsNew = fieldsOf(base).filter((field) => fingerprint(mine[field]) !== base.prints[field]);
  const change = assemble<Partial<TaskEdit>>(mineIsNew.map((field) => [field, mine[field]]));
  const conflicts = mineIsNew.filter(
    (field) =>
      fingerprint(theirs[field]) !== base.prints[field] && fingerprint(theirs[field]) !== fingerprint(mine[field]),
  );
  return { change, conflicts };
}

/** It only tells whether a field was changed, so a part of the hash is enough. */
const fingerprint = (value: string | number | boolean | null): string =>
  createHash("sha256")
    // A form has line breaks of its own.
    .update(toText(value).replaceAll("\r\n", "\n"))
    .digest("base64url")
    .slice(0, 11);
