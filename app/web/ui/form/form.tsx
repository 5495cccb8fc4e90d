import { useForm, type DefaultValue, type FieldMetadata, type FormMetadata } from "@conform-to/react";
import { useActionData, useNavigation } from "@remix-run/react";
import { createContext, useContext, useEffect, type ComponentProps, type FormEvent, type ReactNode } from "react";
import type { z } from "zod";
import type { FormResult } from "./form-result";
import { Icon } from "~/web/ui/icons";
import { PostForm } from "./post-form";

/**
 * The components that every form is made of. Without JavaScript they are a plain form, and a refused submission comes
 * back with errors and values. With JavaScript the same form is sent without a reload, and the focus moves to the first
 * faulty field.
 */

/** The schema of a form that consists only of a button: it has no fields. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type
type NoFields = z.ZodObject<Record<never, never>>;

/**
 * The values that a form's fields hold in the page, derived from its schema: a checkbox is on or off, every other field
 * is text.
 */
export type FormShape<Schema extends z.ZodObject> = {
  [Name in keyof z.input<Schema>]-?: z.input<Schema>[Name] extends boolean | undefined ? boolean : string;
};

/**
 * The state of one form of a page. The schema is given as a type, so that it is not loaded in the browser, and a field
 * that the schema does not have does not compile: `usePageForm<typeof loginForm>("sign-in")`.
 *
 * @param intent - the form's name in the page's action
 * @param defaultValue - the initial values of its fields
 */
export function usePageForm<Schema extends z.ZodObject = NoFields>(
  intent: string,
  defaultValue?: DefaultValue<FormShape<Schema>>,
) {
  const answer = useActionData<FormResult>();
  useEffect(() => {
    if (answer?.intent === intent) emptyPasswords(intent);
  }, [answer, intent]);
  return useForm<FormShape<Schema>>({
    id: intent,
    lastResult: answer?.intent === intent ? answer.result : undefined,
    defaultValue,
  });
}

/**
 * Empties passwords and authenticator codes in a refused form, which keeps everything else that was typed. Without a
 * reload the browser would keep them too.
 */
function emptyPasswords(formId: string) {
  const secrets = `#${formId} :is([type="password"], [autocomplete="one-time-code"])`;
  for (const input of document.querySelectorAll<HTMLInputElement>(secrets)) input.value = "";
}

/**
 * Whether the last submission of this form was refused. Needed because the library keeps old errors until it gets new
 * ones.
 */
const Refused = createContext(false);

type PageForm = { id: string } & Pick<FormMetadata, "onSubmit" | "errors" | "allErrors">;

/** A form of a page. The browser's own validation is off, so that everybody gets the same messages. */
export function PageForm({
  form,
  intent,
  children,
  ...rest
}: {
  form: PageForm;
  intent: string;
} & Omit<ComponentProps<typeof PostForm>, "form">) {
  const answer = useActionData<FormResult>();
  const refused = answer?.intent === intent;
  const pending = usePending(intent);
  // Ignore clicks while the submission is pending.
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    if (pending) event.preventDefault();
    else form.onSubmit(event);
  };
  return (
    <PostForm id={form.id} onSubmit={onSubmit} noValidate {...rest}>
      <input type="hidden" name="intent" value={intent} />
      {refused && !answer.keptForLater && <ErrorSummary form={form} />}
      <Refused.Provider value={refused}>{children}</Refused.Provider>
    </PostForm>
  );
}

/** The errors that belong to no field, and the number of faulty fields if there are several. */
function ErrorSummary({ form }: { form: PageForm }) {
  const faulty = Object.entries(form.allErrors).filter(([name]) => name !== "");
  if (!form.errors && faulty.length < 2) return null;
  return (
    <div role="alert" className="summary mb-5" id={`${form.id}-summary`}>
      {form.errors?.map((error) => (
        <p key={error}>{error}</p>
      ))}
      {faulty.length > 1 && <p>{faulty.length} fields need another look.</p>}
    </div>
  );
}

type FieldProps = {
  label: string;
  field: Pick<FieldMetadata<string | undefined>, "id" | "name" | "errors" | "errorId" | "initialValue">;
  help?: ReactNode;
};

/** The attributes that connect an input with its label, its help and its error. */
function useWiring({ field, help }: Omit<FieldProps, "label">) {
  const faulty = useContext(Refused) && field.errors;
  const describedBy = [help ? `${field.id}-help` : "", faulty ? field.errorId : ""].filter(Boolean).join(" ");
  return {
    id: field.id,
    name: field.name,
    "aria-invalid": faulty ? true : undefined,
    "aria-describedby": describedBy || undefined,
  };
}

function Surroundings({ label, field, help, children }: FieldProps & { children: ReactNode }) {
  const errors = useContext(Refused) ? field.errors : undefined;
  return (
    <div className="mb-5 space-y-1.5">
      <label className="label" htmlFor={field.id}>
        {label}
      </label>{" "}
      {help && (
        <p className="help" id={`${field.id}-help`}>
          {help}
        </p>
      )}
      {children}
      {errors && (
        <p className="error" id={field.errorId}>
          <Icon name="alert" />
          <span>{errors[0]}</span>
        </p>
      )}
    </div>
  );
}

/** One line of text. A password is never put back into the page. */
export function Field({ label, field, help, ...input }: FieldProps & ComponentProps<"input">) {
  const kept = input.type === "password" ? undefined : field.initialValue;
  return (
    <Surroundings label={label} field={field} help={help}>
      <input className="input" dir="auto" defaultValue={kept} {...input} {...useWiring({ field, help })} />
    </Surroundings>
  );
}

/** An authenticator code. A code works only once, so it is never put back into the page. */
export function CodeField(props: FieldProps & Omit<ComponentProps<"input">, "defaultValue">) {
  return (
    <Field
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      {...props}
      defaultValue=""
    />
  );
}

/** Several lines of text. */
export function TextArea({ label, field, help, ...area }: FieldProps & ComponentProps<"textarea">) {
  return (
    <Surroundings label={label} field={field} help={help}>
      <textarea
        className="input"
        dir="auto"
        rows={4}
        defaultValue={field.initialValue}
        {...area}
        {...useWiring({ field, help })}
      />
    </Surroundings>
  );
}

/** A choice of one among several options. */
export function Select({ label, field, help, children, ...select }: FieldProps & ComponentProps<"select">) {
  return (
    <Surroundings label={label} field={field} help={help}>
      <select className="input" defaultValue={field.initialValue} {...select} {...useWiring({ field, help })}>
        {children}
      </select>
    </Surroundings>
  );
}

type Box = { label: string; field: Pick<FieldMetadata<boolean | undefined>, "id" | "name" | "initialValue"> };

/** Yes or no. */
export function Checkbox({ label, field, ...input }: Box & ComponentProps<"input">) {
  return (
    <div className="mb-5">
      <label className="inline-flex min-h-11 items-center gap-3" htmlFor={field.id}>
        <input
          type="checkbox"
          className="checkbox"
          id={field.id}
          name={field.name}
          defaultChecked={field.initialValue === "on"}
          {...input}
        />{" "}
        {label}
      </label>
    </div>
  );
}

type GroupedBox = Box & { field: Pick<FieldMetadata<boolean | undefined>, "errors" | "errorId"> };

/** Several checkboxes under one legend. An error of the choice as a whole is an error of the first checkbox. */
export function CheckboxGroup({ legend, boxes }: { legend: string; boxes: [GroupedBox, ...GroupedBox[]] }) {
  const { errors, errorId } = boxes[0].field;
  const faulty = useContext(Refused) && errors;
  return (
    <fieldset className="mb-5 [&>div]:mb-0">
      <legend className="label">{legend}</legend>
      {boxes.map(({ label, field }) => (
        <Checkbox
          key={field.id}
          label={label}
          field={field}
          aria-invalid={faulty ? true : undefined}
          aria-describedby={faulty ? errorId : undefined}
        />
      ))}
      {faulty && (
        <p className="error" id={errorId}>
          <Icon name="alert" />
          <span>{faulty[0]}</span>
        </p>
      )}
    </fieldset>
  );
}

/** Whether the form of this name is being sent. */
export function usePending(intent: string): boolean {
  const { formData } = useNavigation();
  return formData?.get("intent") === intent;
}

/**
 * The button that sends a form. While the form is being sent, the label stays and a thin bar runs along the button's
 * lower edge.
 */
export function SubmitButton({
  pending = false,
  look = "primary",
  className = "",
  ...button
}: { pending?: boolean; look?: "primary" | "quiet" | "danger" | "danger-filled" } & ComponentProps<"button">) {
  const kind = look === "quiet" ? "" : `button-${look}`;
  return (
    <button
      type="submit"
      className={`button ${kind} ${className}`}
      aria-busy={pending || undefined}
      // Ignore clicks while the submission is pending.
      onClick={pending ? (event) => event.preventDefault() : undefined}
      {...button}
    />
  );
}
