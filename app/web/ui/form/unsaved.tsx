import { useBlocker } from "@remix-run/react";
import { useEffect, useRef } from "react";

/**
 * Text that was typed and not sent, in whatever form of somebody who is signed in. With JavaScript whoever leaves its page is
 * asked first; without it the browser keeps what was typed for the way back.
 */

const forms = "main.has-nav form[method=post]";
const written =
  "textarea, input:is(:not([type]), [type=text], [type=email], [type=date], [type=time]):not([autocomplete=one-time-code])";

type Written = HTMLInputElement | HTMLTextAreaElement;

/** What each form held when it was sent last. */
const sent = new WeakMap<HTMLFormElement, FormData>();

/** Was the form sent as it is, and not refused? */
function isTaken({ form, name, value }: Written): boolean {
  const before = form && sent.get(form)?.get(name);
  return before === value && !form?.querySelector("[aria-invalid=true], [role=alert]");
}

/**
 * Is there a form with text that differs from what it was drawn with, or from what has been stored since?
 *
 * @param except - a form that takes its text along
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

/** Asks before a link leads away from unsaved text, or the page is closed. */
export function UnsavedGuard() {
  const dialog = useRef<HTMLDialogElement>(null);
  /** The form that the browser itself sends, and so leaves the page with. */
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
      // The scripts of the page ask within this turn.
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
          {/* The harmless one first: that is where the focus goes. */}
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
