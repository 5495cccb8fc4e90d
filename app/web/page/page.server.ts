import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import {
  Conflict,
  Forbidden,
  NotFound,
  RateLimited,
  SignedOut,
  TooManyChanges,
  Unauthenticated,
  type Unavailable,
} from "~/core/errors";
import type { FormResult } from "~/web/ui/form/form-result";
import { sendFlashAlong, setFlash } from "./flash.server";
import { readFormFields } from "~/web/body/form-body.server";
import { openFormKey } from "./form-key.server";
import { chargeForm } from "./form-quota.server";
import { HttpError } from "~/web/http-error";
import { isSignedOut, signInFirst } from "./sign-in-first";
import { once } from "./once.server";
import {
  onlyFields,
  submit,
  typedIn,
  type FormHandler,
  type ProofCheck,
  type Sent,
  type Submitted,
  type Typed,
  type WhenGone,
} from "./submission.server";
import { asUnavailable } from "~/web/log/unavailable.server";
import { keepForSignIn, refuseOfOther } from "./whose-page.server";

/**
 * Pages: one of the two places where errors become answers; the other is `problem.server.ts`. What belongs to a form
 * goes back into that form with what was typed; the rest becomes the error page of its status.
 */

/**
 * What is asked of a request before a page does anything for it. Its answer is handed to the loader or the form, which asks
 * no more.
 *
 * @throws what is answered to whoever is not let in
 */
export type Guard<Found extends object> = (args: LoaderFunctionArgs) => Promise<Found>;

type Load<Found extends object, Result> = (args: LoaderFunctionArgs & Found) => Promise<Result>;

/** A loader whose domain errors become error pages. One without a guard is for everybody, and is handed nobody. */
export function pageLoader<Result>(load: Load<object, Result>): Load<object, Result>;
export function pageLoader<Found extends object, Result>(
  guard: Guard<Found>,
  load: Load<Found, Result>,
): Load<object, Result>;
export function pageLoader<Found extends object, Result>(
  ...given: [Load<object, Result>] | [Guard<Found>, Load<Found, Result>]
): Load<object, Result> {
  const load = given.length === 1 ? given[0] : behind(...given);
  return async (args) => {
    try {
      return await load(args);
    } catch (error) {
      throw toPageError(error, args);
    }
  };
}

const behind =
  <Found extends object, Result>(guard: Guard<Found>, load: Load<Found, Result>): Load<object, Result> =>
  async (args) =>
    load({ ...args, ...(await guard(args)) });

/** An action without a form to go back to, whose domain errors become error pages; the guard as for a loader. */
export function pageAction(act: Load<object, Response>): Load<object, Response>;
export function pageAction<Found extends object>(
  guard: Guard<Found>,
  act: Load<Found, Response>,
): Load<object, Response>;
export function pageAction<Found extends object>(
  ...given: [Load<object, Response>] | [Guard<Found>, Load<Found, Response>]
): Load<object, Response> {
  return given.length === 1 ? pageLoader(given[0]) : pageLoader(...given);
}

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

type FormOptions<Found extends object> = { secrets?: string[]; proof?: ProofCheck<Found>; whenGone?: WhenGone };

/**
 * One form: the schema that reads it, and what is done with a valid one; the answer is a redirect, or a file.
 *
 * @param run - is given what the guard of `formAction` found
 * @param options.secrets - fields that are never sent back to the page
 * @param options.proof - `freshProof` for a change that asks for the password when the last proof is old
 * @param options.whenGone - another form that may take what was typed when the record is not there any more
 */
export function form<Schema extends z.ZodObject, Found extends object>(
  schema: Schema,
  run: (submitted: Submitted<z.output<Schema>, Found>) => Promise<Response>,
  { secrets = [], proof, whenGone }: FormOptions<Found> = {},
): FormHandler<Found> {
  return { schema, run, secrets, proof, whenGone };
}

/** A form that is only a button. */
export const buttonForm = <Found extends object>(
  run: (submitted: ActionFunctionArgs & Found) => Promise<Response>,
  options: FormOptions<Found> = {},
): FormHandler<Found> => form(z.object({}), run, options);

/** The page's forms by name. */
type Forms<Found extends object> = Readonly<Record<string, FormHandler<Found>>>;

/** `unnamed`: which form a submission without `intent` is; the first one unless told otherwise. */
type ActionOptions = { unnamed?: (form: FormData) => string };

type FormAction = ((args: ActionFunctionArgs) => Promise<Response | object>) &
  Readonly<{ forms: Readonly<Record<string, Readonly<{ schema: z.ZodObject }>>> }>;

/**
 * The action of a page with one or several forms. A form names itself in its field `intent`.
 *
 * @param guard - who may send them, asked before anything is done with them; without one everybody may, and no form is
 *   handed an actor
 * @returns the action, with its forms, which a test holds against those that the page draws
 */
export function formAction(forms: Forms<object>, options?: ActionOptions): FormAction;
export function formAction<Found extends object>(
  guard: Guard<Found>,
  forms: Forms<NoInfer<Found>>,
  options?: ActionOptions,
): FormAction;
export function formAction<Found extends object>(...given: Open | Guarded<Found>): FormAction {
  return isGuarded(given) ? actionBehind(...given) : actionBehind(everybody, ...given);
}

type Open = [forms: Forms<object>, options?: ActionOptions];
type Guarded<Found extends object> = [guard: Guard<Found>, forms: Forms<Found>, options?: ActionOptions];

const isGuarded = <Found extends object>(given: Open | Guarded<Found>): given is Guarded<Found> =>
  typeof given[0] === "function";

const everybody: Guard<object> = () => Promise.resolve({});

function actionBehind<Found extends object>(
  guard: Guard<Found>,
  forms: Forms<Found>,
  { unnamed = () => Object.keys(forms)[0] ?? "" }: ActionOptions = {},
): FormAction {
  const read = async ({ request }: ActionFunctionArgs): Promise<Sent<Found>> => {
    const submitted = await readSubmission(request);
    const named = submitted.get("intent");
    const intent = typeof named === "string" && Object.hasOwn(forms, named) ? named : unnamed(submitted);
    const handler = forms[intent];
    if (!handler) throw new HttpError(400, "This form is not known");
    return { intent, handler, submitted, fields: onlyFields(handler.schema, submitted) };
  };

  const perform = async (sent: Sent<Found>, args: ActionFunctionArgs) => {
    const userId = args.context.formKey?.userId;
    try {
      const answer = await submit(sent, args, await guard(args));
      sendFlashAlong(args, answer);
      return answer;
    } catch (error) {
      if (userId && isSignedOut(error)) await keepForSignIn(args, userId, typedIn(sent));
      throw error;
    }
  };

  const act = async (args: ActionFunctionArgs) => {
    let sent: Sent<Found> | undefined;
    try {
      sent = await read(args).catch(async (error: unknown) => {
        await guard(args);
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

/** It cannot be done just now: the same form again, with what was typed, and a sentence above it. */
function keepForLater(
  { message, retryAfterSeconds }: Unavailable | TooManyChanges,
  status: 429 | 503,
  sentence: string,
  sent: Typed,
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
