import { createHash } from "node:crypto";
import type { Seen, Task } from "./task";

/** The fields of a task that its form changes. */
const formFields = ["title", "description", "priority", "dueDate"] as const;
export type FormField = (typeof formFields)[number];

/** A task as its form holds it. */
export type TaskEdit = Readonly<Pick<Task, FormField>>;

/**
 * The state of a task that a form was drawn from, small enough to travel in it: which state it was, and for each field a
 * fingerprint of what it held. With it two changes of different fields can both be kept.
 */
export type TaskVersion = Readonly<{ state: Seen; prints: Readonly<Record<FormField, string>> }>;

const pattern = /^(\d{1,9})\.(\d{1,15})\.([\w-]{11})\.([\w-]{11})\.([\w-]{11})\.([\w-]{11})$/;

/** The version of a task as its form carries it. */
export function writeVersion(task: TaskEdit & Seen): string {
  const prints = formFields.map((field) => fingerprint(task[field]));
  return [task.revision, task.updatedAt.getTime(), ...prints].join(".");
}

/** Reads a version; null for a text that is none. */
export function readVersion(text: string | undefined): TaskVersion | null {
  const match = pattern.exec(text ?? "");
  if (!match) return null;
  const [, revision, updatedAt, title = "", description = "", priority = "", dueDate = ""] = match;
  return {
    state: { revision: Number(revision), updatedAt: new Date(Number(updatedAt)) },
    prints: { title, description, priority, dueDate },
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
): { change: Partial<TaskEdit>; conflicts: FormField[] } {
  const mineIsNew = formFields.filter((field) => fingerprint(mine[field]) !== base.prints[field]);
  const change = Object.fromEntries(mineIsNew.map((field) => [field, mine[field]])) as Partial<TaskEdit>;
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
