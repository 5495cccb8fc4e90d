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

/** One form as it was sent, and what becomes of it once it is known who sends it. */

/** What the handler of a valid form is given: the request, what the guard found, and what the schema made of the form. */
export type Submitted<Value, Found extends object = object> = ActionFunctionArgs & { value: Value } & Found;

/** A form of a page, and what is done with it. */
export type FormHandler<Found extends object> = {
  schema: z.ZodObject;
  /** Fields that are never sent back to the page. */
  secrets: string[];
  /** Asked once the form is valid; it lets a submission through, or throws the page that asks for proof. */
  proof: ProofCheck<Found> | undefined;
  whenGone: WhenGone | undefined;
  run: (submitted: Submitted<never, Found>) => Promise<Response>;
};

/** Where what was typed can go when there is nothing left to save it into. */
export type WhenGone = Omit<Gone["gone"], "typed">;

/**
 * Asks for a fresh proof before a sensitive change.
 *
 * @param args - with what the guard found
 * @param submitted - the form as it was sent, with the proof in it if it has been asked for
 * @returns what of that is different after the proof
 * @throws an answer that shows the question and keeps what was typed
 */
export type ProofCheck<Found extends object> = (
  args: ActionFunctionArgs & Found,
  submitted: FormData,
  kept: [string, string][],
) => Promise<Partial<Found>>;

/** A form as it was sent: its name, what is done with it, all that came, and its own fields alone. */
export type Sent<Found extends object> = {
  intent: string;
  handler: FormHandler<Found>;
  submitted: FormData;
  fields: FormData;
};

/** What a form is apart from what it is sent for. */
export type Typed = Pick<Sent<never>, "intent" | "submitted" | "fields"> & {
  handler: Pick<FormHandler<never>, "schema" | "secrets">;
};

/** The form's name and fields, without its secrets. */
export const typedIn = ({ intent, handler, fields }: Typed): [string, string][] => [
  ["intent", intent],
  // Nothing but text is in them.
  ...([...fields].filter(([name]) => !handler.secrets.includes(name)) as [string, string][]),
];

/**
 * Judges a form and has a valid one carried out. What is wrong with it goes back into the form, with what was typed.
 *
 * @param found - what the guard found of this request
 * @throws what is no matter of the form: a session that has ended, a record that is gone, a question for proof
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
    // The value is what this handler's own schema made of the form: `form` ties the two together.
    return await handler.run({ ...args, ...found, ...proven, value: submission.value as never });
  } catch (error) {
    if (error instanceof Invalid) return refuse(400, { fieldErrors: byField(error) });
    if (error instanceof Conflict) return refuse(400, { fieldErrors: { [error.field]: [error.message] } });
    // What was sent is refused, and not the form: the session ended meanwhile.
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

/** What goes into another form: the fields without the name of this one. */
const typedOver = (sent: Typed) => typedIn(sent).slice(1);

const toConflictView = ({ theirs, version }: EditConflict, fields: FormData): EditConflictView => ({
  version,
  fields: theirs.map(({ field, label, value }) => {
    const mine = fields.get(field);
    return { field, label, mine: typeof mine === "string" ? mine : "", theirs: value };
  }),
});

/**
 * The form's own fields, each once and as text. The library reads names as paths ("a[99999999]" is an array of that
 * length), obeys fields of its own (`__intent__`) and takes quadratic time for a name that is repeated.
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
