import type { Actor } from "~/core/actor";
import { EditConflict, Outdated } from "~/core/errors";
import type { Task } from "../task";
import { assemble, taskFields } from "../task-fields";
import { getTask, updateTask } from "../tasks.server";
import { toFormValues, type TaskEdit } from "./task-edit.server";
import { fieldsOf, mergeEdits, writeEditBase, type EditBase } from "./edit-base.server";

/**
 * How often a save is tried again when the task keeps changing. People do not change a task this often during one save.
 */
const mostAttempts = 5;

/**
 * Saves a task's form, which was drawn from an earlier state of the task. If the task has changed since then, the
 * changes are merged: a field that only one side has changed gets that side's value.
 *
 * @param edit - what the form holds
 * @param more - other changes that are saved together with the form, whatever state the task is in
 * @param seen - the state that the form was drawn from
 * @throws {NotFound} if the actor has no task of that number
 * @throws {EditConflict} if both have changed a field to something different; nothing is written then
 */
export async function saveTask(
  actor: Actor,
  number: number,
  edit: TaskEdit,
  more: Readonly<{ completed?: boolean }>,
  seen: EditBase,
): Promise<Task> {
  const mine = assemble<Partial<TaskEdit>>(fieldsOf(seen).map((field) => [field, edit[field]]));
  const whole = await unlessOutdated(updateTask(actor, number, { ...mine, ...more }, [seen.state]));
  if (whole) return whole;
  for (let attempt = 1; ; attempt++) {
    const current = await getTask(actor, number);
    const { change, conflicts } = mergeEdits(seen, edit, current);
    if (conflicts.length) {
      const values = toFormValues(current);
      const theirs = conflicts.map((field) => ({ field, label: taskFields[field].write.label, value: values[field] }));
      throw new EditConflict(theirs, writeEditBase(current));
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
