import type { Actor } from "~/core/actor";
import { EditConflict, Outdated } from "~/core/errors";
import type { Task } from "../task";
import { taskFields } from "../task-fields";
import { getTask, updateTask } from "../tasks.server";
import { toFormValues, type TaskEdit } from "./task-edit.server";
import { mergeEdits, writeVersion, type TaskVersion } from "./task-version.server";

/** More changes of one task than this in the time of one save are no person's. */
const mostAttempts = 5;

/**
 * Saves a form of a task that was drawn from an earlier state. Where the task has changed since, what only one side has
 * changed is kept from both.
 *
 * @param edit - what the form holds
 * @param more - what else is changed with it, whatever the state
 * @param seen - the state that the form was drawn from
 * @throws {NotFound} if the actor has no task of that number
 * @throws {EditConflict} if both have changed a field to something different; nothing is written then
 */
export async function saveTask(
  actor: Actor,
  number: number,
  edit: TaskEdit,
  more: Readonly<{ completed?: boolean }>,
  seen: TaskVersion,
): Promise<Task> {
  const whole = await unlessOutdated(updateTask(actor, number, { ...edit, ...more }, [seen.state]));
  if (whole) return whole;
  for (let attempt = 1; ; attempt++) {
    const current = await getTask(actor, number);
    const { change, conflicts } = mergeEdits(seen, edit, current);
    if (conflicts.length) {
      const values = toFormValues(current);
      const theirs = conflicts.map((field) => ({ field, label: taskFields[field].write.label, value: values[field] }));
      throw new EditConflict(theirs, writeVersion(current));
    }
    const merged = await unlessOutdated(updateTask(actor, number, { ...change, ...more }, [current]));
    if (merged) return merged;
    if (attempt === mostAttempts) throw new Outdated("The task keeps changing. Try again in a moment.");
  }
}

async function unlessOutdated(saving: Promise<Task>): Promise<Task | null> {
  try {
    return await saving;
  } catch (error) {
    if (error instanceof Outdated) return null;
    throw error;
  }
}
