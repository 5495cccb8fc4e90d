import { replace } from "@remix-run/node";
import { parseTaskView, taskViewSearch, tasksPerPage, type TaskView } from "~/tasks/parts/task-view";
import type { Actor } from "~/core/actor";
import type { Task } from "~/tasks/domain/task";
import { listTasks, type TaskPage } from "~/tasks/domain/tasks.server";

/** The list as a person looks at it, and the way back to it after an action. */

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

/** After an action the person is back on the same filtered page. */
export function backToList(request: Request): Response {
  const view = viewOf(request);
  // No step of its own in the browser's history: "Back" leads to the page before, not through every click.
  return replace(`/tasks${taskViewSearch(view, { page: view.page })}`, 303);
}

/** Do the filters that its author comes back to let a new task through? Of what a search finds it is the newest. */
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
