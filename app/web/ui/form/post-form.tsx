import { Form, useMatches, useSubmit } from "@remix-run/react";
import type { ComponentProps } from "react";

/**
 * The hidden field with the page's one-time key, in every form that changes something. Without the key, a second click
 * would carry the form out twice, and a page of one account could change another account.
 */
export function FormKey() {
  const key = useFormKey();
  return key === undefined ? null : <input type="hidden" name="formKey" value={key} />;
}

/** The key for the page's forms: the root route's, unless a route below it provides its own. */
export function useFormKey(): string | undefined {
  return useMatches()
    .map(({ data }) => data)
    .findLast((data): data is { formKey: string } => typeof data === "object" && data !== null && "formKey" in data)
    ?.formKey;
}

/** A form that is sent by POST. */
export function PostForm({ children, ...form }: Omit<ComponentProps<typeof Form>, "method">) {
  return (
    <Form method="post" {...form}>
      <FormKey />
      {children}
    </Form>
  );
}

/**
 * Sends fields with the page's key, without a form on the page.
 *
 * @returns a function that takes the fields and, with `reloadDocument`, has the browser itself send them
 */
export function usePost(): (fields: Record<string, string>, options?: { reloadDocument?: boolean }) => void {
  const key = useFormKey();
  const submit = useSubmit();
  return (fields, { reloadDocument = false } = {}) => {
    const all = key === undefined ? fields : { ...fields, formKey: key };
    if (reloadDocument) sendByBrowser(all);
    else submit(all, { method: "post" });
  };
}

function sendByBrowser(fields: Record<string, string>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.hidden = true;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    [input.name, input.value] = [name, value];
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}
