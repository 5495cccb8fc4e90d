import { redirect, type ActionFunctionArgs } from "@remix-run/node";
import { clearSessionCookie } from "~/auth/session-cookie.server";
import { findPageCaller } from "~/auth/require-actor.server";
import { endSession } from "~/domain/sessions/sessions.server";
import { setFlash } from "~/http/flash.server";
import { isSecure, setCookie } from "~/http/request-context";

/** Nothing changes on GET; whoever follows a link here gets the page with the button. */
export const loader = () => redirect("/tasks", 303);

export async function action({ request, context }: ActionFunctionArgs) {
  const caller = await findPageCaller({ request, context });
  if (caller) await endSession(caller.actor, context.client);
  setCookie(context, clearSessionCookie(isSecure(context)));
  setFlash(context, "signed-out");
  return redirect("/login", 303);
}
