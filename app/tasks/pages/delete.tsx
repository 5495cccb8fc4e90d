import { type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams, useSubmit } from "@remix-run/react";
import type { FormEvent } from "react";
import { signedIn } from "~/web/guards.server";
import { SubmitButton, usePending } from "~/web/ui/form/form";
import { parseTaskView, taskViewSearch } from "~/tasks/parts/task-view";
import { deleteTask, getTask, parseTaskNumber } from "~/tasks/domain/tasks.server";
import { backToList } from "./back-to-list.server";
import { setFlash } from "~/web/page/flash.server";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";
import { FormKey } from "~/web/ui/form/post-form";

export const meta: MetaFunction = () => [{ title: "Delete this task? · Holdfast" }];

export const loader = pageLoader(signedIn, async ({ params, actor }) => {
  const { title } = await getTask(actor, parseTaskNumber(params.id));
  return { title };
});

export const action = formAction(signedIn, {
  delete: buttonForm(async ({ request, params, context, actor }) => {
    await deleteTask(actor, parseTaskNumber(params.id));
    setFlash(context, "task-deleted");
    return backToList(request);
  }),
});

export default function DeleteTask() {
  const { title } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const view = parseTaskView(query);
  const pending = usePending("delete");
  const submit = useSubmit();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(event.currentTarget);
  };
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Delete this task?</h1>
      <p className="mb-2 text-lg" dir="auto">
        {title}
      </p>
      <p className="mb-8 text-muted">It cannot be brought back.</p>
      {/* Without `action` the form goes to the page's address, whose fragment names the row to return to. */}
      <form method="post" onSubmit={onSubmit} className="flex flex-wrap gap-3">
        <FormKey />
        <input type="hidden" name="intent" value="delete" />
        <SubmitButton look="danger-filled" pending={pending}>
          Delete task
        </SubmitButton>{" "}
        <Link to={`/tasks${taskViewSearch(view, { page: view.page })}`} className="button">
          Keep it
        </Link>
      </form>
    </div>
  );
}
