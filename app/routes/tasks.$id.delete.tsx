import { type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { requirePageActor } from "~/auth/require-actor.server";
import { SubmitButton, usePending } from "~/components/form";
import { parseTaskView, taskViewSearch } from "~/components/task-view";
import { deleteTask, getTask, parseTaskNumber } from "~/domain/tasks/tasks.server";
import { backToList, rowToShow } from "~/http/back-to-list.server";
import { setFlash } from "~/http/flash.server";
import { buttonForm, formAction, pageLoader } from "~/http/page.server";
import { PostForm } from "~/components/post-form";

export const meta: MetaFunction = () => [{ title: "Delete this task? · Holdfast" }];

export const loader = pageLoader(async ({ request, params, context }: LoaderFunctionArgs) => {
  const actor = await requirePageActor({ request, context });
  const { title } = await getTask(actor, parseTaskNumber(params.id));
  return { title };
});

export const action = formAction(
  {
    delete: buttonForm(async ({ request, params, context }) => {
      const actor = await requirePageActor({ request, context });
      const number = parseTaskNumber(params.id);
      const row = await rowToShow(actor, number, { leaves: true }, { request, context });
      await deleteTask(actor, number);
      setFlash(context, "task-deleted");
      return backToList(request, row);
    }),
  },
  { guard: requirePageActor },
);

export default function DeleteTask() {
  const { title } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const view = parseTaskView(query);
  const pending = usePending("delete");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Delete this task?</h1>
      <p className="mb-2 text-lg" dir="auto">
        {title}
      </p>
      <p className="mb-8 text-muted">It cannot be brought back.</p>
      <PostForm className="flex flex-wrap gap-3">
        <input type="hidden" name="intent" value="delete" />
        <SubmitButton look="danger-filled" pending={pending}>
          Delete task
        </SubmitButton>{" "}
        <Link to={`/tasks${taskViewSearch(view, { page: view.page })}`} className="button">
          Keep it
        </Link>
      </PostForm>
    </div>
  );
}
