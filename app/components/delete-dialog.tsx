import { useSubmit } from "@remix-run/react";
import { useEffect, useRef, type FormEvent } from "react";
import type { TaskItem } from "./task-row";

/** The page `/tasks/{id}/delete` as a dialog over the list. */
export function DeleteDialog({ task, search, onClose }: { task: TaskItem; search: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const submit = useSubmit();
  useEffect(() => dialog.current?.showModal(), []);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(event.currentTarget, { navigate: false, fetcherKey: `delete-${task.number}`, preventScrollReset: true });
    dialog.current?.close();
  };

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="delete-heading" onClose={onClose}>
      <h2 id="delete-heading" className="mb-3">
        Delete this task?
      </h2>
      <p className="mb-6 text-lg">{task.title}</p>
      <form
        method="post"
        action={`/tasks/${task.number}/delete${search}`}
        onSubmit={onSubmit}
        className="flex flex-wrap gap-3"
      >
        <button type="submit" className="button button-danger-filled">
          Delete task
        </button>
        <a
          href={`/tasks${search}`}
          className="button"
          onClick={(event) => {
            event.preventDefault();
            dialog.current?.close();
          }}
        >
          Keep it
        </a>
      </form>
    </dialog>
  );
}
