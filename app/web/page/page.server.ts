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
 * Loaders and actions of pages. Errors become answers here for pages, and in `problem.server.ts` for `/api`. An error
 * that belongs to a form is shown in that form, which keeps what was typed; any other error becomes the error page of
 * its status.
 */

/**
 * Checks a request before a page does anything for it. The result is given to the loader or the form, which need not
 * check again.
 *
 * @throws the answer for somebody who is not let in
 */
export type Guard<Found extends object> = (args: LoaderFunctionArgs) => Promise<Found>;

type Load<Found extends object, Result> = (args: LoaderFunctionArgs & Found) => Promise<Result>;

/**
 * A loader whose domain errors become error pages. A loader without a guard runs for everybody and is given no actor.
 */
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

/**
 * An action that has no form to show errors in, so its domain errors become error pages. The guard works as for a
 * loader.
 */
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

/** The loader of a path that answers only to POST. */
export const postOnly = () =>
  Promise.reject(new HttpError(405, "This address takes what a page sends to it", { Allow: "POST" }));

function toPageError(error: unknown, { request, context }: LoaderFunctionArgs): unknown {
  // The framework drops the headers of a thrown answer when it draws a document, so they are set on the context
  // instead.
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
 * One form: the schema that reads it, and the function that carries out a valid submission and answers with a redirect
 * or a file.
 *
 * @param run - carries out a valid submission; it is given the result of the guard of `formAction`
 * @param options.secrets - names of fields whose values are never sent back to the page
 * @param options.proof - `freshProof` for a change that asks for proof of ownership again if the last proof is old
 * @param options.whenGone - another form that can take what was typed if the record no longer exists
 */
export function form<Schema extends z.ZodObject, Found extends object>(
  schema: Schema,
  run: (submitted: Submitted<z.output<Schema>, Found>) => Promise<Response>,
  { secrets = [], proof, whenGone }: FormOptions<Found> = {},
): FormHandler<Found> {
  return { schema, run, secrets, proof, whenGone };
}

/** A form that consists only of a button. */
export const buttonForm = <Found extends object>(
  run: (submitted: ActionFunctionArgs & Found) => Promise<Response>,
  options: FormOptions<Found> = {},
): FormHandler<Found> => form(z.object({}), run, options);

/** The page's forms by name. */
type Forms<Found extends object> = Readonly<Record<string, FormHandler<Found>>>;

/** `unnamed`: names the form of a submission without `intent`; by default the first form. */
type ActionOptions = { unnamed?: (form: FormData) => string };

type FormAction = ((args: ActionFunctionArgs) => Promise<Response | object>) &
  Readonly<{ forms: Readonly<Record<string, Readonly<{ schema: z.ZodObject }>>> }>;

/**
 * The action of a page with one or several forms. A form names itself in its field `intent`.
 *
 * @param guard - decides who may send the forms, before any of them is carried out; without a guard everybody may, and
 *   the forms are given no actor
 * @returns the action, with its forms, so that a test can compare them with the forms that the page draws
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
 * For a script that sends several forms of one page at once. A form that leads back to its page is answered with data
 * in place of a redirect, because of several redirects the framework would follow only the last one.
 */
function asData(answer: Response | object, { request }: ActionFunctionArgs): Response | object {
  if (!(answer instanceof Response)) return answer;
  const place = answer.headers.get("Location");
  return place !== null && new URL(place, request.url).pathname === listOf(request) ? { done: true } : answer;
}

/** The list that the form of a row leads back to: "/tasks" for "/tasks/5/delete". */
const listOf = (request: Request) => `/${new URL(request.url).pathname.split("/")[1] ?? ""}`;

/**
 * The row no longer exists: the list is drawn again with a message that says so, and everything else on the page stays.
 */
function gone(args: ActionFunctionArgs): object {
  setFlash(args.context, "task-gone");
  sendFlashAlong(args, redirect(listOf(args.request)));
  return { done: true };
}

/** The form cannot be carried out just now: answers with the same form, what was typed, and a sentence above it. */
function keepForLater(
  { message, retryAfterSeconds }: Unavailable | TooManyChanges,
  status: 429 | 503,
  sentence: string,
  sent: Typed,
  { context }: ActionFunctionArgs,
) {
  context.trouble = sentence;
  // For the page that replaces the form if the form cannot be drawn without the database either.
  context.typed = typedIn(sent);
  context.answerHeaders.set("Retry-After", String(retryAfterSeconds));
  // This header lets a script tell this answer from a form that has reached a limit of its own.
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
 * @throws {HttpError} 415 for another media type, 400 for a body that is not a form, contains a file, or has too many
 *   fields
 */
export async function readSubmission(request: Request): Promise<FormData> {
  const fields = await readFormFields(request);
  if (!fields) throw new HttpError(415, "This page takes forms only");
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}
