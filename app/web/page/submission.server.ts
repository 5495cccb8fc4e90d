import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs } from "@remix-run/node";
import type { z } from "zod";
import {
  Conflict,
  EditConflict,
  Forbidden,
  Invalid,
  NotFound,
  RateLimited,
  SignedOut,
  Unauthenticated,
} from "~/core/errors";
import type { EditConflictView, FormResult } from "~/web/ui/form/form-result";
import type { Gone } from "~/web/ui/states/gone";

/** Reads and carries out one form, once its sender is known. */

/**
 * What the handler of a valid form is given: the request, the guard's result, and the form's value as the schema read
 * it.
 */
export type Submitted<Value, Found extends object = object> = ActionFunctionArgs & { value: Value } & Found;

/** A form of a page, and how it is carried out. */
export type FormHandler<Found extends object> = {
  schema: z.ZodObject;
  /** Names of fields whose values are never sent back to the page. */
  secrets: string[];
  /** Called once the form is valid. It lets the submission through, or throws the page that asks for proof. */
  proof: ProofCheck<Found> | undefined;
  whenGone: WhenGone | undefined;
  run: (submitted: Submitted<never, Found>) => Promise<Response>;
};

/** The form that can take what was typed if the record to save it in no longer exists. */
export type WhenGone = Omit<Gone["gone"], "typed">;

/**
 * Asks for a fresh proof before a sensitive change.
 *
 * @param args - the request, with the guard's result
 * @param submitted - the form as it was sent, including the proof if the page has asked for it
 * @returns the parts of the guard's result that the proof has changed
 * @throws an answer that shows the question and keeps what was typed
 */
export type ProofCheck<Found extends object> = (
  args: ActionFunctionArgs & Found,
  submitted: FormData,
  kept: [string, string][],
) => Promise<Partial<Found>>;

/** A form as it was sent: its name, its handler, all that was sent, and only the fields that its schema names. */
export type Sent<Found extends object> = {
  intent: string;
  handler: FormHandler<Found>;
  submitted: FormData;
  fields: FormData;
};

/** The parts of a sent form that do not depend on how it is carried out. */
export type Typed = Pick<Sent<never>, "intent" | "submitted" | "fields"> & {
  handler: Pick<FormHandler<never>, "schema" | "secrets">;
};

/** The form's name and fields, without its secrets. */
export const typedIn = ({ intent, handler, fields }: Typed): [string, string][] => [
  ["intent", intent],
  // `onlyFields` has left out everything except text.
  ...([...fields].filter(([name]) => !handler.secrets.includes(name)) as [string, string][]),
];

/**
 * Checks a form and carries out a valid one. Errors in the form are answered with the form itself and what was typed.
 *
 * @param found - the guard's result for this request
 * @throws errors that do not belong to the form: a session that has ended, a record that is gone, the page that asks
 *   for proof
 */
export async function submit<Found extends object>(
  sent: Sent<Found>,
  args: ActionFunctionArgs,
  found: Found,
): Promise<Response | object> {
  const { intent, handler, submitted, fields } = sent;
  const submission = parseWithZod(fields, { schema: handler.schema });
  const hideFields = handler.secrets;
  const refuse = (
    status: number,
    errors: { formErrors?: string[]; fieldErrors?: Record<string, string[]> } = {},
    more: Partial<FormResult> = {},
  ) => {
    const form: FormResult = { intent, result: submission.reply({ ...errors, hideFields }), ...more };
    return data(form, { status });
  };
  if (submission.status !== "success") return refuse(400);
  try {
    const proven = await handler.proof?.({ ...args, ...found }, submitted, typedIn(sent));
    // The cast is safe because the value was read by this handler's own schema: `form` gives both the same type.
    return await handler.run({ ...args, ...found, ...proven, value: submission.value as never });
  } catch (error) {
    if (error instanceof Invalid) return refuse(400, { fieldErrors: byField(error) });
    if (error instanceof Conflict) return refuse(400, { fieldErrors: { [error.field]: [error.message] } });
    // The session ended meanwhile. This is not an error of the form.
    if (error instanceof SignedOut) throw error;
    if (error instanceof EditConflict) return refuse(409, {}, { conflict: toConflictView(error, fields) });
    if (error instanceof NotFound && handler.whenGone)
      throw Response.json({ gone: { ...handler.whenGone, typed: typedOver(sent) } } satisfies Gone, { status: 404 });
    if (error instanceof Unauthenticated || error instanceof Forbidden)
      return refuse(400, { formErrors: [error.message] });
    if (error instanceof RateLimited) {
      args.context.answerHeaders.set("Retry-After", String(error.retryAfterSeconds));
      return refuse(429, { formErrors: [error.message] });
    }
    throw error;
  }
}

/** What is put into another form: the fields, without this form's name. */
const typedOver = (sent: Typed) => typedIn(sent).slice(1);

const toConflictView = ({ theirs, version }: EditConflict, fields: FormData): EditConflictView => ({
  version,
  fields: theirs.map(({ field, label, value }) => {
    const mine = fields.get(field);
    return { field, label, mine: typeof mine === "string" ? mine : "", theirs: value };
  }),
});

/**
 * The fields that the schema names, each once and as text. All others are left out, because the library reads names as
 * paths ("a[99999999]" is an array of that length), acts on control fields (`__intent__`) and takes quadratic time for
 * a repeated name.
 */
export function onlyFields(schema: z.ZodObject, submitted: FormData): FormData {
  const known = new FormData();
  for (const name of Object.keys(schema.shape)) {
    const value = submitted.get(name);
    if (typeof value === "string") known.set(name, value);
  }
  return known;
}

function byField(error: Invalid): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { path, message } of error.faults) (fields[path.join(".")] ??= []).push(message);
  return fields;
}
