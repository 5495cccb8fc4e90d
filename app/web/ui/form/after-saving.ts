import { useActionData, useNavigation } from "@remix-run/react";
import { useEffect, useRef } from "react";
import type { FormResult } from "./form-result";

/** Updates a form that stays on the page after it was saved. */

/**
 * Empties a form that stays on the page after its submission succeeded, and moves the focus back to its first field. If
 * somebody has changed that field meanwhile, nothing is emptied.
 */
export function useResetAfterSuccess(intent: string, firstField: string) {
  const { formData } = useNavigation();
  const answer = useActionData<FormResult>();
  const sent = useRef<FormDataEntryValue | null>(null);
  const pending = formData?.get("intent") === intent;
  const refused = answer?.intent === intent;
  useEffect(() => {
    if (pending) {
      sent.current = formData.get(firstField);
      return;
    }
    const form = document.getElementById(intent);
    if (sent.current === null || refused || !(form instanceof HTMLFormElement)) return;
    const first = form.elements.namedItem(firstField);
    if (first instanceof HTMLInputElement && first.value === sent.current) {
      form.reset();
      first.focus({ preventScroll: true });
    }
    sent.current = null;
  }, [pending, refused, formData, intent, firstField]);
}

/**
 * Updates a form that was saved to the values that are stored now: its fields show the stored values, and count as
 * unsaved only if they differ from them. What somebody has typed since the form was sent stays.
 *
 * @param stored - the record's values by field, as last loaded
 * @param version - changes with every write of the record
 */
export function useStoredValues(intent: string, stored: Readonly<Record<string, string>>, version: string) {
  const { formData } = useNavigation();
  const refused = useActionData<FormResult>()?.intent === intent;
  const sent = useRef<FormData | null>(null);
  const known = useRef(version);
  useEffect(() => {
    if (formData?.get("intent") === intent) sent.current = formData;
  }, [formData, intent]);
  useEffect(() => {
    const form = document.getElementById(intent);
    if (known.current === version || !(form instanceof HTMLFormElement)) return;
    known.current = version;
    if (refused) return;
    for (const [name, value] of Object.entries(stored)) {
      const input = form.elements.namedItem(name);
      if (input instanceof HTMLSelectElement) {
        if (input.value === sent.current?.get(name)) input.value = value;
      } else if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) {
        const typed = input.value;
        // `defaultValue` cannot be used, because React resets it to the value that the form began with.
        input.dataset.stored = value;
        const submitted = sent.current?.get(name);
        const isUntouched = typeof submitted === "string" && typed === submitted.replaceAll("\r\n", "\n");
        input.value = isUntouched ? value : typed;
      }
    }
  }, [intent, stored, version, refused]);
}
