import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { requirePageActor } from "~/auth/require-actor.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { Icon } from "~/components/icons";
import { PriorityMark } from "~/components/priority";
import { TaskDetails, type TaskFormShape } from "~/components/task-fields";
import { DueDate, toTaskItem } from "~/components/task-row";
import { parseTaskView, taskViewSearch } from "~/components/task-view";
import { localDay } from "~/domain/calendar";
import { taskForm } from "~/domain/tasks/task-schema";
import { getTask, parseTaskNumber, updateTask } from "~/domain/tasks/tasks.server";
import { setFlash } from "~/http/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/http/page.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.task.title} · Holdfast` : "Page not found · Holdfast" },
];

export const loader = pageLoader(async ({ request, params, context }: LoaderFunctionArgs) => {
  const actor = await requirePageActor({ request, context });
  const task = await getTask(actor, parseTaskNumber(params.id));
  return { task: { ...toTaskItem(task), description: task.description }, today: localDay(new Date()) };
});

function setCompleted(completed: boolean) {
  return buttonForm(async ({ request, params, context }) => {
    const actor = await requirePageActor({ request, context });
    const task = await updateTask(actor, parseTaskNumber(params.id), { completed });
    setFlash(context, completed ? "task-completed" : "task-reopened");
    return backToTask(request, task.number);
  });
}

const backToTask = (request: Request, number: number) =>
  redirect(`/tasks/${number}${new URL(request.url).search}`, 303);

export const action = formAction(
  {
    save: form(taskForm, async ({ value, request, params, context }) => {
      const actor = await requirePageActor({ request, context });
      const { title, priority, description = null, dueDate = null } = value;
      const task = await updateTask(actor, parseTaskNumber(params.id), { title, priority, description, dueDate });
      setFlash(context, "task-saved");
      return backToTask(request, task.number);
    }),
    complete: setCompleted(true),
    reopen: setCompleted(false),
  },
  { guard: requirePageActor },
);

export default function TaskPage() {
  const { task, today } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const view = parseTaskView(query);
  const search = taskViewSearch(view, { page: view.page });
  const [state, fields] = usePageForm<TaskFormShape>("save", {
    title: task.title,
    description: task.description ?? "",
    priority: task.priority,
    dueDate: task.dueDate ?? "",
  });
  const pending = usePending("save");
  const completion = task.completed ? "reopen" : "complete";
  const completionWord = task.completed ? "Reopen" : "Complete";
  const completing = usePending(completion);
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
      <Form method="post" className="mb-8" preventScrollReset>
        <input type="hidden" name="intent" value={completion} />
        <SubmitButton look="quiet" pending={completing} aria-label={`${completionWord} ${task.title}`}>
          <Icon name="check" />
          {completionWord}
        </SubmitButton>
      </Form>
      <PageForm form={state} intent="save">
        <Field label="Title" field={fields.title} autoComplete="off" />
        <TaskDetails fields={fields} />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton pending={pending}>Save task</SubmitButton>{" "}
          <Link to={`/tasks/${task.number}/delete${search}`} className="button button-danger">
            Delete
          </Link>
        </div>
      </PageForm>
    </article>
  );
}
