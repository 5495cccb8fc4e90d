import { useSubmit } from "@remix-run/react";
import { useEffect, useRef, type FormEvent, type MouseEvent, type PointerEvent } from "react";
import { FormKey } from "~/web/ui/form/post-form";
import type { TaskItem } from "./task-row";

/** The page `/tasks/{id}/delete` as a dialog over the list. The focus starts on the control that deletes nothing. */
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

  // The content fills the dialog, so the dialog element is the target only when the press is outside the content.
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
        // Close only if the press also began outside: a drag that selects the title may end there.
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
