import { redirect } from "@remix-run/node";
import { dropPageSession } from "~/identity/edge/identification.server";
import { findPageCaller } from "~/web/guards.server";
import { endSession } from "~/identity/domain/sessions/sessions.server";
import { setFlash } from "~/web/page/flash.server";
import { HttpError } from "~/web/http-error";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";

/** A GET changes nothing, so that following a link to this page does not sign a person out. */
export const loader = pageLoader(() =>
  Promise.reject(new HttpError(405, "Use the button to sign out", { Allow: "POST" })),
);

export const action = formAction({
  "sign-out": buttonForm(async ({ request, context }) => {
    const caller = await findPageCaller({ request, context });
    if (caller) await endSession(caller.actor, context.client);
    await dropPageSession({ request, context });
    setFlash(context, "signed-out");
    return redirect("/login", 303);
  }),
});

export default function SignOut() {
  return null;
}
