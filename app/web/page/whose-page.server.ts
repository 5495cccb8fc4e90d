import type { ActionFunctionArgs } from "@remix-run/node";
import { findPageCaller, identification } from "~/web/guards.server";
import type { OtherAccount } from "~/web/ui/states/other-account";
import { keepDraft } from "./draft.server";

/**
 * Every form carries the account that its page was drawn for. When the form is sent, somebody else may be signed in in
 * this browser, or nobody.
 */

type Typed = readonly (readonly [string, string])[];

/**
 * Refuses a form whose page was drawn for another account than the one that is signed in. Task numbers start at 1 in
 * every account, so the form would change another task than the one that its page showed.
 *
 * @throws the page that names the account that the form's page was drawn for, status 409
 */
export async function refuseOfOther(args: ActionFunctionArgs, userId: string, typed: Typed): Promise<void> {
  const caller = await findPageCaller(args);
  if (!caller || caller.actor.userId === userId) return;
  const owner = await identification().emailOf(userId);
  const said: OtherAccount = { otherAccount: { owner, current: caller.user.email, typed } };
  throw Response.json(said, { status: 409 });
}

/**
 * For a form that was sent when nobody was signed in any more: keeps what was typed, to be sent again after the
 * sign-in.
 */
export async function keepForSignIn(args: ActionFunctionArgs, userId: string, typed: Typed): Promise<void> {
  const url = new URL(args.request.url);
  await keepDraft(args, {
    userId,
    path: url.pathname + url.search,
    fields: typed.map(([name, value]) => [name, value]),
  });
}
