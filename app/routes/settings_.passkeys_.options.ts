import type { ActionFunctionArgs } from "@remix-run/node";
import { requirePageCaller } from "~/auth/require-actor.server";
import { registrationOptions } from "~/domain/accounts/passkeys/registration.server";
import { isProofFresh } from "~/domain/accounts/proof.server";
import { Forbidden } from "~/domain/errors";
import { pageAction, pageLoader, postOnly } from "~/http/page.server";

export const loader = pageLoader(postOnly);

/** The question for the browser when a passkey is to be added. */
export const action = pageAction(async ({ request, context }: ActionFunctionArgs) => {
  const caller = await requirePageCaller({ request, context });
  if (!isProofFresh(caller)) throw new Forbidden("Confirm that it is you first");
  return Response.json(await registrationOptions(caller.actor, context.origin));
});
