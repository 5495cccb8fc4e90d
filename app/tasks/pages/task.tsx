import { redirect, type ActionFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { signedIn, type SignedIn } from "~/web/guards.server";
import { ConflictTable, useEditConflict } from "~/web/ui/form/edit-conflict";
import { Field, PageForm, SubmitButton, usePageForm, usePending, useStoredValues } from "~/web/ui/form/form";
import { Icon } from "~/web/ui/icons";
import { PriorityMark } from "~/tasks/parts/priority";
import { TaskDetails, type TaskFormShape } from "~/tasks/parts/task-fields";
import { DueDate, toTaskItem } from "~/tasks/parts/task-row";
import { parseTaskView, taskViewSearch } from "~/tasks/parts/task-view";
import { localToday } from "~/core/time/day";
import { taskEditForm } from "~/tasks/domain/task-schema";
import { saveTask } from "~/tasks/domain/save-task.server";
import { readVersion, writeVersion } from "~/tasks/domain/task-version.server";
import { getTask, parseTaskNumber, updateTask } from "~/tasks/domain/tasks.server";
import { setFlash } from "~/web/page/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.task.title} · Holdfast` : "Page not found · Holdfast" },
];

export const loader = pageLoader(signedIn, async ({ params, actor }) => {
  const task = await getTask(actor, parseTaskNumber(params.id));
  return {
    task: { ...toTaskItem(task), description: task.description },
    version: writeVersion(task),
    today: localToday(),
  };
});

function setCompleted(completed: boolean) {
  return buttonForm(async ({ request, params, context, actor }: ActionFunctionArgs & SignedIn) => {
    const task = await updateTask(actor, parseTaskNumber(params.id), { completed });
    setFlash(context, completed ? "task-completed" : "task-reopened");
    return backToTask(request, task.number);
  });
}

const backToTask = (request: Request, number: number) =>
  redirect(`/tasks/${number}${new URL(request.url).search}`, 303);

/** What was typed into the form of a task that is gone may become a new one. */
const asNewTask = {
  sentence: "It was deleted, here or in another window. What you typed is kept.",
  action: "/tasks",
  intent: "add",
  button: "Add it as a new task",
};

export const action = formAction(signedIn, {
  save: form(
    taskEditForm,
    async ({ value, request, params, context, actor }) => {
      const number = parseTaskNumber(params.id);
      const { title, priority, description = null, dueDate = null, then } = value;
      const edit = { title, priority, description, dueDate };
      const more = then === undefined ? {} : { completed: then === "complete" };
      const seen = readVersion(value.version);
      if (seen) await saveTask(actor, number, edit, more, seen);
      else await updateTask(actor, number, { ...edit, ...more });
      setFlash(context, then === undefined ? "task-saved" : then === "complete" ? "task-completed" : "task-reopened");
      return backToTask(request, number);
    },
    { whenGone: asNewTask },
  ),
  complete: setCompleted(true),
  reopen: setCompleted(false),
});

export default function TaskPage() {
  const { task, version, today } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const view = parseTaskView(query);
  const search = taskViewSearch(view, { page: view.page });
  const stored: TaskFormShape = {
    title: task.title,
    description: task.description ?? "",
    priority: task.priority,
    dueDate: task.dueDate ?? "",
  };
  const [state, fields] = usePageForm<TaskFormShape>("save", stored);
  useStoredValues("save", stored, version);
  const pending = usePending("save");
  const conflict = useEditConflict("save");
  const completion = task.completed ? "reopen" : "complete";
  const completionWord = task.completed ? "Reopen" : "Complete";
  return (
    <article>
      <p className="mb-4">
        <Link to={`/tasks${search}`} className="inline-flex min-h-11 items-center gap-2 text-muted hover:text-ink">
          <Icon name="back" />
          All tasks
        </Link>
      </p>
      <h1 dir="auto">{task.title}</h1>
      <p className="row-meta mb-4">
        <span>{task.completed ? "Completed" : "Open"}</span> <PriorityMark priority={task.priority} />{" "}
        {task.dueDate && <DueDate day={task.dueDate} today={today} done={task.completed} />}
      </p>
      <PageForm form={state} intent="save">
        <input type="hidden" name="version" value={conflict?.version ?? version} />
        {conflict && <ConflictTable conflict={conflict} />}
        <Field label="Title" field={fields.title} autoComplete="off" />
        <TaskDetails fields={fields} />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton pending={pending}>{conflict ? "Save mine" : "Save task"}</SubmitButton>{" "}
          {conflict && (
            <Link to={`/tasks/${task.number}${search}`} reloadDocument className="button">
              Take theirs
            </Link>
          )}
          {/* In the form: whoever completes a task has not thrown away what they wrote about it. */}
          <SubmitButton look="quiet" name="then" value={completion} aria-label={`${completionWord} ${task.title}`}>
            <Icon name="check" />
            {completionWord}
          </SubmitButton>{" "}
          <Link to={`/tasks/${task.number}/delete${search}`} className="button button-danger">
            Delete
          </Link>
        </div>
      </PageForm>
    </article>
  );
}
