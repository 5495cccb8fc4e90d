import { createHash } from "node:crypto";
import type { TaskVersion } from "../task";
import { assemble, formProperties, type FormProperty } from "../task-fields";
import { toText, type TaskEdit } from "./task-edit.server";

/**
 * The state of a task that a form was drawn from, short enough for a hidden field of that form. It names the state and
 * holds a fingerprint of each field's value, so that two people's changes to different fields can both be kept.
 */
export type EditBase = Readonly<{
  state: TaskVersion;
  /**
   * By field. If a form was drawn by a version of the program that lacked a field, it has no fingerprint of that field
   * and does not change it.
   */
  prints: Readonly<Partial<Record<FormProperty, string>>>;
}>;

/**
 * These fields come first and in this order, because earlier versions wrote them so. Later fields follow in the order
 * of the table.
 */
const first = ["title", "description", "priority", "dueDate"] as const satisfies readonly FormProperty[];
const later = formProperties.filter((property) => !(first as readonly FormProperty[]).includes(property));
const printed: readonly FormProperty[] = [...first, ...later];

const pattern = /^\d{1,9}\.\d{1,15}(\.[\w-]{11})+$/;

/** Writes the version of a task as the text that its form carries. */
export function writeEditBase(task: TaskEdit & TaskVersion): string {
  const prints = printed.map((field) => fingerprint(task[field]));
  return [task.revision, task.updatedAt.getTime(), ...prints].join(".");
}

/** Reads a version; null for a text that is not a version. */
export function readEditBase(text: string | undefined): EditBase | null {
  if (text === undefined || !pattern.test(text)) return null;
  const [revision, updatedAt, ...prints] = text.split(".");
  if (prints.length < first.length || prints.length > printed.length) return null;
  return {
    state: { revision: Number(revision), updatedAt: new Date(Number(updatedAt)) },
    prints: assemble(printed.slice(0, prints.length).map((field, index) => [field, prints[index]])),
  };
}

/** The fields of the form that carried a version. */
export const fieldsOf = ({ prints }: EditBase): FormProperty[] =>
  formProperties.filter((field) => prints[field] !== undefined);

/**
 * Merges two changes that began with the same state, field by field.
 *
 * @param base - the state that `mine` began with
 * @param mine - what the form holds now
 * @param theirs - the task as it is stored now
 * @returns the change that has to be written, and the fields that both sides have changed to different values
 */
export function mergeEdits(
  base: EditBase,
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

/** A fingerprint only tells whether a field was changed, so a part of the hash is enough. */
const fingerprint = (value: string | number | boolean | null): string =>
  createHash("sha256")
    // Browsers send the line breaks of a text area as CRLF.
    .update(toText(value).replaceAll("\r\n", "\n"))
    .digest("base64url")
    .slice(0, 11);
