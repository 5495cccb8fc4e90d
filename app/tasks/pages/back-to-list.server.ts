import { replace } from "@remix-run/node";
import { parseTaskView, taskViewSearch, tasksPerPage, type TaskView } from "~/tasks/parts/task-view";
import type { Actor } from "~/core/actor";
import type { Task } from "~/tasks/domain/task";
import { listTasks, type TaskPage } from "~/tasks/domain/tasks.server";

/** Reads the list for a view, and leads back to that view after an action. */

export const viewOf = (request: Request): TaskView => parseTaskView(new URL(request.url).searchParams);

/** The tasks that a view shows. */
export const listView = (actor: Actor, { status, priority, q, sort, page }: TaskView): Promise<TaskPage> =>
  listTasks(actor, {
    completed: status === "all" ? undefined : status === "completed",
    priority: priority ?? undefined,
    q: q || undefined,
    sort,
    limit: tasksPerPage,
    offset: (page - 1) * tasksPerPage,
  });

/** Redirects to the filtered page of the list that the person was on before an action. */
export function backToList(request: Request): Response {
  const view = viewOf(request);
  // Replaces the entry in the browser's history, so that "Back" does not step through every click in the list.
  return replace(`/tasks${taskViewSearch(view, { page: view.page })}`, 303);
}

/**
 * Tells whether the view that a new task's author returns to shows the task. A search is run newest first, so that the
 * new task would be on its first page.
 */
export async function isInView(
  actor: Actor,
  { number, priority }: Pick<Task, "number" | "priority">,
  request: Request,
): Promise<boolean> {
  const view = viewOf(request);
  if (view.status === "completed" || (view.priority ?? priority) !== priority) return false;
  if (view.q === "") return true;
  const { tasks } = await listView(actor, { ...view, sort: "-created_at", page: 1 });
  return tasks.some((task) => task.number === number);
}
