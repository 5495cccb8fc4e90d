import { useSubmit } from "@remix-run/react";
import { useEffect, useRef, type FormEvent, type MouseEvent, type PointerEvent } from "react";
import { FormKey } from "~/web/ui/form/post-form";
import type { TaskItem } from "./task-row";

/** The page `/tasks/{id}/delete` as a dialog over the list. It begins on what does no harm. */
export function DeleteDialog({ task, search, onClose }: { task: TaskItem; search: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLAnchorElement>(null);
  const pressedBeside = useRef(false);
  const submit = useSubmit();
  useEffect(() => {
    dialog.current?.showModal();
    keep.current?.focus();
  }, []);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(event.currentTarget, { navigate: false, fetcherKey: `delete-${task.number}`, preventScrollReset: true });
    dialog.current?.close();
  };

  // What is inside fills the dialog, so the dialog itself is only hit beside it.
  const isBeside = ({ target, currentTarget }: PointerEvent | MouseEvent) => target === currentTarget;

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="delete-heading"
      aria-describedby="delete-help"
      onClose={onClose}
      onPointerDown={(event) => {
        pressedBeside.current = isBeside(event);
      }}
      onClick={(event) => {
        // A press that began inside, such as to mark the title, is no wish to leave.
        if (pressedBeside.current && isBeside(event)) dialog.current?.close();
      }}
    >
      <div className="p-6">
        <h2 id="delete-heading" className="mb-3">
          Delete this task?
        </h2>
        <p className="mb-2 text-lg" dir="auto">
          {task.title}
        </p>
        <p id="delete-help" className="mb-6 text-muted">
          It cannot be brought back.
        </p>
        <form
          method="post"
          action={`/tasks/${task.number}/delete${search}`}
          onSubmit={onSubmit}
          className="flex flex-wrap gap-3"
        >
          <FormKey />
          <button type="submit" className="button button-danger-filled">
            Delete task
          </button>
          <a
            ref={keep}
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
      </div>
    </dialog>
  );
}
