import { redirect, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { signedIn, type SignedIn } from "~/web/guards.server";
import { AddTask } from "~/tasks/parts/add-task";
import { EmptyState } from "~/web/ui/empty-state";
import { unlessLost } from "~/web/ui/states/lost-request";
import { TaskFilters } from "~/tasks/parts/task-filters";
import { TaskList } from "~/tasks/parts/task-list";
import { toTaskItem } from "~/tasks/parts/task-row";
import { tasksPerPage, taskViewSearch, viewTitle, type TaskView } from "~/tasks/parts/task-view";
import { localToday } from "~/core/time/day";
import { taskNumberForm, taskForm } from "~/tasks/domain/task-schema";
import { createTask, parseTaskNumber, updateTask } from "~/tasks/domain/tasks.server";
import { backToList, isInView, listView, viewOf } from "./back-to-list.server";
import { setFlash } from "~/web/page/flash.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";
import type { Submitted } from "~/web/page/submission.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data ? viewTitle(data.view) : "Tasks"} · Holdfast` },
];

export const loader = pageLoader(signedIn, async ({ request, actor }) => {
  const view = viewOf(request);
  const { tasks, total } = await listView(actor, view);
  const pages = Math.max(1, Math.ceil(total / tasksPerPage));
  // If the last page has become empty, go to the page that is now the last.
  if (view.page > pages) throw redirect(`/tasks${taskViewSearch(view, { page: pages })}`, 303);
  return { view, total, pages, today: localToday(), tasks: tasks.map(toTaskItem) };
});

function setCompleted(completed: boolean) {
  return form(taskNumberForm, async ({ value, request, context, actor }: Submitted<{ number: string }, SignedIn>) => {
    await updateTask(actor, parseTaskNumber(value.number), { completed });
    setFlash(context, completed ? "task-completed" : "task-reopened");
    return backToList(request);
  });
}

export const action = formAction(signedIn, {
  add: form(taskForm, async ({ value, request, context, actor }) => {
    const task = await createTask(actor, value);
    if (await isInView(actor, task, request)) setFlash(context, "task-added");
    else setFlash(context, "task-added-elsewhere", task.number);
    return backToList(request);
  }),
  complete: setCompleted(true),
  reopen: setCompleted(false),
});

export const shouldRevalidate = unlessLost;

export default function Tasks() {
  const { view, tasks, total, pages, today } = useLoaderData<typeof loader>();
  const search = taskViewSearch(view, { page: view.page });
  const narrowed = taskViewSearch({ ...view, status: "all" }) !== "";
  return (
    <>
      <h1 className="mb-6">Tasks</h1>
      <AddTask search={search} />
      <TaskFilters view={view} narrowed={narrowed && tasks.length > 0} />
      {tasks.length > 0 ? (
        <TaskList key={search} tasks={tasks} today={today} search={search} leaves={view.status !== "all"} />
      ) : (
        <NoTasks view={view} narrowed={narrowed} />
      )}
      {pages > 1 && <Pages view={view} pages={pages} total={total} />}
    </>
  );
}

function NoTasks({ view, narrowed }: { view: TaskView; narrowed: boolean }) {
  if (narrowed)
    return (
      <EmptyState
        action={
          <Link
            className="link"
            to={`/tasks${taskViewSearch({ ...view, priority: null, q: "", sort: "-created_at" })}`}
          >
            Show everything again
          </Link>
        }
      >
        No task fits this search.
      </EmptyState>
    );
  if (view.status === "completed") return <EmptyState>Nothing completed yet. What you finish is kept here.</EmptyState>;
  if (view.status === "active")
    return <EmptyState>Nothing left to do. Enjoy it, or add the next task above.</EmptyState>;
  return <EmptyState>Your list is empty. Write your first task in the field above.</EmptyState>;
}

function Pages({ view, pages, total }: { view: TaskView; pages: number; total: number }) {
  return (
    <nav aria-label="Pages" className="pages">
      <span>
        {view.page > 1 && (
          <Link
            className="link inline-flex min-h-11 items-center"
            to={`/tasks${taskViewSearch(view, { page: view.page - 1 })}`}
          >
            Previous page
          </Link>
        )}
      </span>{" "}
      <span className="pages-count">
        Page {view.page} of {pages}, {total} tasks
      </span>{" "}
      <span>
        {view.page < pages && (
          <Link
            className="link inline-flex min-h-11 items-center"
            to={`/tasks${taskViewSearch(view, { page: view.page + 1 })}`}
          >
            Next page
          </Link>
        )}
      </span>
    </nav>
  );
}
