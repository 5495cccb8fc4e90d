import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import {
  Conflict,
  EditConflict,
  Forbidden,
  Invalid,
  NotFound,
  RateLimited,
  SignedOut,
  TooManyChanges,
  Unauthenticated,
  type Unavailable,
} from "~/core/errors";
import type { EditConflictView, FormResult } from "~/web/ui/form/form-result";
import type { Gone } from "~/web/ui/states/gone";
import { sendFlashAlong, setFlash } from "./flash.server";
import { readFormFields } from "~/web/body/form-body.server";
import { openFormKey } from "./form-key.server";
import { chargeForm } from "./form-quota.server";
import { HttpError } from "~/web/http-error";
import { isSignedOut, signInFirst } from "./sign-in-first";
import { once } from "./once.server";
import { asUnavailable } from "~/web/log/unavailable.server";
import { keepForSignIn, refuseOfOther } from "./whose-page.server";

/**
 * Pages: one of the two places where errors become answers; the other is `problem.server.ts`. What belongs to a form
 * goes back into that form with what was typed; the rest becomes the error page of its status.
 */

/** A loader whose domain errors become error pages. */
export function pageLoader<Result>(load: (args: LoaderFunctionArgs) => Promise<Result>) {
  return async (args: LoaderFunctionArgs): Promise<Result> => {
    try {
      return await load(args);
    } catch (error) {
      throw toPageError(error, args);
    }
  };
}

/** An action without a form to go back to, whose domain errors become error pages. */
export const pageAction = (act: (args: ActionFunctionArgs) => Promise<Response>) => pageLoader(act);

/** The loader of a path that answers to POST alone. */
export const postOnly = () =>
  Promise.reject(new HttpError(405, "This address takes what a page sends to it", { Allow: "POST" }));

function toPageError(error: unknown, { request, context }: LoaderFunctionArgs): unknown {
  // The framework drops the headers of a thrown answer from a document, so they go another way.
  const page = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) => {
    for (const [name, value] of Object.entries(headers)) context.answerHeaders.set(name, value);
    return new Response(message, { status });
  };
  if (error instanceof NotFound) return page(404, error.message);
  if (error instanceof Conflict) return page(400, error.message);
  if (error instanceof Forbidden) return page(403, error.message);
  if (error instanceof RateLimited) return page(429, error.message, { "Retry-After": String(error.retryAfterSeconds) });
  if (error instanceof SignedOut) return signInFirst(request);
  if (error instanceof Unauthenticated) return redirect("/login", 303);
  if (error instanceof HttpError) return page(error.status, error.message, error.headers);
  return error;
}

/** What the handler of a valid form is given. */
export type Submitted<Value> = ActionFunctionArgs & { value: Value };

type FormHandler = {
  schema: z.ZodObject;
  /** Fields that are never sent back to the page. */
  secrets: string[];
  /** Asked once the form is valid; it lets a submission through, or throws the page that asks for proof. */
  proof: ProofCheck | undefined;
  whenGone: WhenGone | undefined;
  run: (submitted: Submitted<never>) => Promise<Response>;
};

/** Where what was typed can go when there is nothing left to save it into. */
type WhenGone = Omit<Gone["gone"], "typed">;

/**
 * Asks for a fresh proof before a sensitive change.
 *
 * @param submitted - the form as it was sent, with the proof in it if it has been asked for
 * @throws an answer that shows the question and keeps what was typed
 */
type ProofCheck = (args: ActionFunctionArgs, submitted: FormData, kept: [string, string][]) => Promise<void>;

type FormOptions = { secrets?: string[]; proof?: ProofCheck; whenGone?: WhenGone };

/**
 * One form: the schema that reads it, and what is done with a valid one; the answer is a redirect, or a file.
 *
 * @param options.secrets - fields that are never sent back to the page
 * @param options.proof - `freshProof` for a change that asks for the password when the last proof is old
 * @param options.whenGone - another form that may take what was typed when the record is not there any more
 */
export function form<Schema extends z.ZodObject>(
  schema: Schema,
  run: (submitted: Submitted<z.output<Schema>>) => Promise<Response>,
  { secrets = [], proof, whenGone }: FormOptions = {},
): FormHandler {
  return { schema, run, secrets, proof, whenGone };
}

/** A form that is only a button. */
export const buttonForm = (
  run: (submitted: ActionFunctionArgs) => Promise<Response>,
  options: FormOptions = {},
): FormHandler => form(z.object({}), run, options);

/**
 * The action of a page with one or several forms. A form names itself in its field `intent`.
 *
 * @param forms - the page's forms by name
 * @param options.guard - who may send them, asked before anything is read; everybody unless told otherwise
 * @param options.unnamed - which form a submission without `intent` is; the first one unless told otherwise
 * @returns the action, with its forms, which a test holds against those that the page draws
 */
export function formAction(
  forms: Record<string, FormHandler>,
  {
    guard,
    unnamed = () => Object.keys(forms)[0] ?? "",
  }: { guard?: (args: ActionFunctionArgs) => unknown; unnamed?: (form: FormData) => string } = {},
) {
  const read = async ({ request }: ActionFunctionArgs): Promise<Sent> => {
    const submitted = await readSubmission(request);
    const named = submitted.get("intent");
    const intent = typeof named === "string" && Object.hasOwn(forms, named) ? named : unnamed(submitted);
    const handler = forms[intent];
    if (!handler) throw new HttpError(400, "This form is not known");
    return { intent, handler, submitted, fields: onlyFields(handler.schema, submitted) };
  };

  const perform = async (sent: Sent, args: ActionFunctionArgs) => {
    const userId = args.context.formKey?.userId;
    try {
      await guard?.(args);
      const answer = await submit(sent, args);
      sendFlashAlong(args, answer);
      return answer;
    } catch (error) {
      if (userId && isSignedOut(error)) await keepForSignIn(args, userId, typedIn(sent));
      throw error;
    }
  };

  const act = async (args: ActionFunctionArgs) => {
    let sent: Sent | undefined;
    try {
      sent = await read(args).catch(async (error: unknown) => {
        await guard?.(args);
        throw error;
      });
      const arrived = sent;
      const key = openFormKey(sent.submitted.get("formKey"));
      args.context.formKey = key;
      if (key?.userId) await refuseOfOther(args, key.userId, typedIn(sent));
      await chargeForm(args);
      const answer = await once(args, key, sent.submitted, () => perform(arrived, args));
      return sent.submitted.has("stay") ? asData(answer, args) : answer;
    } catch (error) {
      const unavailable = asUnavailable(error);
      if (unavailable && sent)
        return keepForLater(
          unavailable,
          503,
          `${unavailable.message} What you sent may not have been saved.`,
          sent,
          args,
        );
      if (error instanceof TooManyChanges && sent) return keepForLater(error, 429, error.message, sent, args);
      if (sent?.submitted.has("stay") && error instanceof NotFound) return gone(args);
      throw toPageError(error, args);
    }
  };
  return Object.assign(act, { forms });
}

/**
 * For a script that sends several forms of one page at once: that a form led back to its page is data, and no redirect,
 * of which the last one would win.
 */
function asData(answer: Response | object, { request }: ActionFunctionArgs): Response | object {
  if (!(answer instanceof Response)) return answer;
  const place = answer.headers.get("Location");
  return place !== null && new URL(place, request.url).pathname === listOf(request) ? { done: true } : answer;
}

/** The list that a form of one of its rows leads back to: "/tasks" for "/tasks/5/delete". */
const listOf = (request: Request) => `/${new URL(request.url).pathname.split("/")[1] ?? ""}`;

/** A row that is not there any more: the list is drawn anew and says so, and keeps everything else. */
function gone(args: ActionFunctionArgs): object {
  setFlash(args.context, "task-gone");
  sendFlashAlong(args, redirect(listOf(args.request)));
  return { done: true };
}

/** A form as it was sent: its name, what is done with it, all that came, and its own fields alone. */
type Sent = { intent: string; handler: FormHandler; submitted: FormData; fields: FormData };

/** The form's name and fields, without its secrets. */
const typedIn = ({ intent, handler, fields }: Sent): [string, string][] => [
  ["intent", intent],
  // Nothing but text is in them.
  ...([...fields].filter(([name]) => !handler.secrets.includes(name)) as [string, string][]),
];

/** It cannot be done just now: the same form again, with what was typed, and a sentence above it. */
function keepForLater(
  { message, retryAfterSeconds }: Unavailable | TooManyChanges,
  status: 429 | 503,
  sentence: string,
  sent: Sent,
  { context }: ActionFunctionArgs,
) {
  context.trouble = sentence;
  // For the page in the form's place, should the form not be drawn without the database either.
  context.typed = typedIn(sent);
  context.answerHeaders.set("Retry-After", String(retryAfterSeconds));
  // A script can tell it from a limit that the form itself has met.
  context.answerHeaders.set("X-Kept-For-Later", "yes");
  const { intent, handler, fields } = sent;
  const submission = parseWithZod(fields, { schema: handler.schema });
  const result = submission.reply({ formErrors: [message], hideFields: handler.secrets });
  const form: FormResult = { intent, result, keptForLater: true };
  return data(form, { status });
}

async function submit(sent: Sent, args: ActionFunctionArgs): Promise<Response | object> {
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
    await handler.proof?.(args, submitted, typedIn(sent));
    // The value is what this handler's own schema made of the form: `form` ties the two together.
    return await handler.run({ ...args, value: submission.value as never });
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
const typedOver = (sent: Sent) => typedIn(sent).slice(1);

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
function onlyFields(schema: z.ZodObject, submitted: FormData): FormData {
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

/**
 * The fields of a form as they were sent.
 *
 * @throws {HttpError} 415 for another media type, 400 for a body that is no form, has a file in it, or too many fields
 */
export async function readSubmission(request: Request): Promise<FormData> {
  const fields = await readFormFields(request);
  if (!fields) throw new HttpError(415, "This page takes forms only");
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}
