import { useBlocker } from "@remix-run/react";
import { useEffect, useRef } from "react";

/**
 * Text that was typed and not sent. With JavaScript whoever leaves its page is asked first; without it the browser keeps
 * what was typed for the way back.
 */

const written = "textarea, input:not([type]), input[type=text], input[type=email], input[type=date], input[type=time]";

/** Is there a form with text that differs from what it was drawn with, or from what has been stored since? */
function hasUnsavedText(): boolean {
  return [...document.querySelectorAll("form[data-guarded]")].some((form) =>
    [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(written)].some(
      (field) => field.value !== (field.dataset.stored ?? field.defaultValue) && field.value.trim() !== "",
    ),
  );
}

/** Asks before a link leads away from unsaved text, or the page is closed. */
export function UnsavedGuard() {
  const dialog = useRef<HTMLDialogElement>(null);
  const leaving = useRef(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && hasUnsavedText(),
  );
  useEffect(() => {
    // A form that the browser itself sends takes its text along.
    const onSubmit = () => {
      leaving.current = true;
    };
    const onBack = () => {
      leaving.current = false;
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!leaving.current && hasUnsavedText()) event.preventDefault();
    };
    window.addEventListener("submit", onSubmit);
    window.addEventListener("pageshow", onBack);
    window.addEventListener("beforeunload", onUnload);
    return () => {
      window.removeEventListener("submit", onSubmit);
      window.removeEventListener("pageshow", onBack);
      window.removeEventListener("beforeunload", onUnload);
    };
  }, []);
  useEffect(() => {
    if (blocker.state === "blocked") dialog.current?.showModal();
    else dialog.current?.close();
  }, [blocker.state]);
  if (blocker.state !== "blocked") return null;
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="unsaved-heading" onClose={() => blocker.reset()}>
      <h2 id="unsaved-heading" className="mb-3">
        Leave without saving?
      </h2>
      <p className="mb-6">What you typed on this page is not saved yet.</p>
      <div className="flex flex-wrap gap-3">
        {/* The harmless one first: that is where the focus goes. */}
        <button type="button" className="button button-primary" onClick={() => blocker.reset()}>
          Stay here
        </button>
        <button type="button" className="button button-danger" onClick={() => blocker.proceed()}>
          Leave
        </button>
      </div>
    </dialog>
  );
}
