import { redirect, type ActionFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { signedIn, type SignedIn } from "~/web/guards.server";
import { ConflictTable, useEditConflict } from "~/web/ui/form/edit-conflict";
import { useStoredValues } from "~/web/ui/form/after-saving";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { Icon } from "~/web/ui/icons";
import { PriorityMark } from "~/tasks/parts/priority";
import { TaskDetails } from "~/tasks/parts/task-fields";
import { DueDate } from "~/tasks/parts/task-row";
import { parseTaskView, taskViewSearch } from "~/tasks/parts/task-view";
import { localToday } from "~/core/time/day";
import { taskEditForm } from "~/tasks/domain/task-schema";
import { saveTask } from "~/tasks/domain/edit/save-task.server";
import { readEdit, toFormValues } from "~/tasks/domain/edit/task-edit.server";
import { readEditBase, writeEditBase } from "~/tasks/domain/edit/edit-base.server";
import { getTask, parseTaskNumber, updateTask } from "~/tasks/domain/tasks.server";
import { setFlash } from "~/web/page/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.stored.title} · Holdfast` : "Page not found · Holdfast" },
];

export const loader = pageLoader(signedIn, async ({ params, actor }) => {
  const task = await getTask(actor, parseTaskNumber(params.id));
  return {
    number: task.number,
    completed: task.completed,
    stored: toFormValues(task),
    version: writeEditBase(task),
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

/** Offered when the task was deleted meanwhile: adds what was typed as a new task. */
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
      const { then } = value;
      const edit = readEdit(value);
      const more = then === undefined ? {} : { completed: then === "complete" };
      const seen = readEditBase(value.version);
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
  const { number, completed, stored, version, today } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const view = parseTaskView(query);
  const search = taskViewSearch(view, { page: view.page });
  const [state, fields] = usePageForm<typeof taskEditForm>("save", stored);
  useStoredValues("save", stored, version);
  const pending = usePending("save");
  const conflict = useEditConflict("save");
  const completion = completed ? "reopen" : "complete";
  const completionWord = completed ? "Reopen" : "Complete";
  return (
    <article>
      <p className="mb-4">
        <Link to={`/tasks${search}`} className="inline-flex min-h-11 items-center gap-2 text-muted hover:text-ink">
          <Icon name="back" />
          All tasks
        </Link>
      </p>
      <h1 dir="auto">{stored.title}</h1>
      <p className="row-meta mb-4">
        <span>{completed ? "Completed" : "Open"}</span> <PriorityMark priority={stored.priority} />{" "}
        {stored.dueDate && <DueDate day={stored.dueDate} today={today} done={completed} />}
      </p>
      <PageForm form={state} intent="save">
        <input type="hidden" name="version" value={conflict?.version ?? version} />
        {conflict && <ConflictTable conflict={conflict} />}
        <Field label="Title" field={fields.title} autoComplete="off" />
        <TaskDetails fields={fields} />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton pending={pending}>{conflict ? "Save mine" : "Save task"}</SubmitButton>{" "}
          {conflict && (
            <Link to={`/tasks/${number}${search}`} reloadDocument className="button">
              Take theirs
            </Link>
          )}
          {/* Inside the form, so that completing a task also saves what the person has typed. */}
          <SubmitButton look="quiet" name="then" value={completion} aria-label={`${completionWord} ${stored.title}`}>
            <Icon name="check" />
            {completionWord}
          </SubmitButton>{" "}
          <Link to={`/tasks/${number}/delete${search}`} className="button button-danger">
            Delete
          </Link>
        </div>
      </PageForm>
    </article>
  );
}
