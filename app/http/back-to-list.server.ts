import { replace, type ActionFunctionArgs } from "@remix-run/node";
import { parseTaskView, taskViewSearch, tasksPerPage, type TaskView } from "~/components/task-view";
import type { Actor } from "~/domain/actor";
import type { Task } from "~/domain/tasks/task";
import { listTasks, type TaskPage } from "~/domain/tasks/tasks.server";

/** The list as a person looks at it, and the way back to it after an action. */

type Edge = Pick<ActionFunctionArgs, "request" | "context">;

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

/**
 * After an action the person is back on the same filtered page.
 *
 * @param row - the task to come back to, by its number, for a browser that loads the page anew and would begin at its top
 */
export function backToList(request: Request, row?: number): Response {
  const view = viewOf(request);
  const anchor = row === undefined ? "" : `#task-${row}`;
  // No step of its own in the browser's history: "Back" leads to the page before, not through every click.
  return replace(`/tasks${taskViewSearch(view, { page: view.page })}${anchor}`, 303);
}

/** Rows that are in sight where the page begins: after an action on them it may begin there. */
const rowsAtTheTop = 3;

/**
 * The row to come back to after an action far down a list: the one that was acted on, or where it is about to leave, the one
 * that takes its place. Scripts keep the place by themselves, so it is looked up for whole documents alone.
 *
 * @param number - the task that is acted on
 */
export async function rowToShow(
  actor: Actor,
  number: number,
  { leaves }: { leaves: boolean },
  { request, context }: Edge,
): Promise<number | undefined> {
  if (!context.isDocument) return undefined;
  const { tasks } = await listView(actor, viewOf(request));
  const index = tasks.findIndex((task) => task.number === number);
  if (index < rowsAtTheTop) return undefined;
  return leaves ? (tasks[index + 1] ?? tasks[index - 1])?.number : number;
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
