import { useBlocker } from "@remix-run/react";
import { useEffect, useRef } from "react";

/**
 * Protects text that was typed and not sent, in any form of a signed-in person. With JavaScript, people are asked
 * before they leave the page. Without JavaScript, the browser restores the text when they go back.
 */

const forms = "main.has-nav form[method=post]";
const written =
  "textarea, input:is(:not([type]), [type=text], [type=email], [type=date], [type=time]):not([autocomplete=one-time-code])";

type Written = HTMLInputElement | HTMLTextAreaElement;

/** The content of each form when it was last sent. */
const sent = new WeakMap<HTMLFormElement, FormData>();

/** Whether the field's present value was sent and the form was not refused. */
function isTaken({ form, name, value }: Written): boolean {
  const before = form && sent.get(form)?.get(name);
  return before === value && !form?.querySelector("[aria-invalid=true], [role=alert]");
}

/**
 * Whether any form has text that differs from the text it was drawn with or, if it was saved since, from the stored
 * text.
 *
 * @param except - the form that is being sent, whose text is not lost
 */
function hasUnsavedText(except: EventTarget | null): boolean {
  return [...document.querySelectorAll(forms)].some(
    (form) =>
      form !== except &&
      [...form.querySelectorAll<Written>(written)].some(
        (field) =>
          field.value !== (field.dataset.stored ?? field.defaultValue) && field.value.trim() !== "" && !isTaken(field),
      ),
  );
}

/** Asks before a link leads away from unsaved text, or before the page is closed. */
export function UnsavedGuard() {
  const dialog = useRef<HTMLDialogElement>(null);
  /** Whether the browser itself is sending a form, and leaves the page by doing so. */
  const leaving = useRef(false);
  /** The form that a script is about to send. */
  const sending = useRef<EventTarget | null>(null);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && hasUnsavedText(sending.current),
  );
  useEffect(() => {
    const beforeSubmit = ({ target }: Event) => {
      if (target instanceof HTMLFormElement) sent.set(target, new FormData(target));
      sending.current = target;
      // The page's scripts use the value before the current task ends.
      setTimeout(() => (sending.current = null));
    };
    const afterSubmit = (event: Event) => {
      leaving.current = !event.defaultPrevented;
    };
    const onBack = () => {
      leaving.current = false;
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!leaving.current && hasUnsavedText(null)) event.preventDefault();
    };
    window.addEventListener("submit", beforeSubmit, { capture: true });
    window.addEventListener("submit", afterSubmit);
    window.addEventListener("pageshow", onBack);
    window.addEventListener("beforeunload", onUnload);
    return () => {
      window.removeEventListener("submit", beforeSubmit, { capture: true });
      window.removeEventListener("submit", afterSubmit);
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
      <div className="p-6">
        <h2 id="unsaved-heading" className="mb-3">
          Leave without saving?
        </h2>
        <p className="mb-6">What you typed on this page is not saved yet.</p>
        <div className="flex flex-wrap gap-3">
          {/* The harmless button comes first, because it gets the focus. */}
          <button type="button" className="button button-primary" onClick={() => blocker.reset()}>
            Stay here
          </button>
          <button type="button" className="button button-danger" onClick={() => blocker.proceed()}>
            Leave
          </button>
        </div>
      </div>
    </dialog>
  );
}
