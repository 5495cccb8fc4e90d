import { createHash } from "node:crypto";
import type { Seen } from "../task";
import { assemble, formProperties, type FormProperty } from "../task-fields";
import type { TaskEdit } from "./task-edit.server";

/**
 * The state of a task that a form was drawn from, small enough to travel in it: which state it was, and for each field a
 * fingerprint of what it held. With it two changes of different fields can both be kept.
 */
export type TaskVersion = Readonly<{ state: Seen; prints: Readonly<Record<FormProperty, string>> }>;

const pattern = /^\d{1,9}\.\d{1,15}(\.[\w-]{11})+$/;

/** The version of a task as its form carries it. */
export function writeVersion(task: TaskEdit & Seen): string {
  const prints = formProperties.map((field) => fingerprint(task[field]));
  return [task.revision, task.updatedAt.getTime(), ...prints].join(".");
}

/** Reads a version; null for a text that is none. */
export function readVersion(text: string | undefined): TaskVersion | null {
  if (text === undefined || !pattern.test(text)) return null;
  const [revision, updatedAt, ...prints] = text.split(".");
  if (prints.length !== formProperties.length) return null;
  return {
    state: { revision: Number(revision), updatedAt: new Date(Number(updatedAt)) },
    prints: assemble(formProperties.map((property, index) => [property, prints[index]])),
  };
}

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
  const mineIsNew = formProperties.filter((field) => fingerprint(mine[field]) !== base.prints[field]);
  const change = assemble<Partial<TaskEdit>>(mineIsNew.map((field) => [field, mine[field]]));
  const conflicts = mineIsNew.filter(
    (field) =>
      fingerprint(theirs[field]) !== base.prints[field] && fingerprint(theirs[field]) !== fingerprint(mine[field]),
  );
  return { change, conflicts };
}

/** It only tells whether a field was changed, so a part of the hash is enough. */
const fingerprint = (value: string | null): string =>
  createHash("sha256")
    // A form has line breaks of its own.
    .update((value ?? "").replaceAll("\r\n", "\n"))
    .digest("base64url")
    .slice(0, 11);
