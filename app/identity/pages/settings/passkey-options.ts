import { signedIn } from "~/web/guards.server";
import { registrationOptions } from "~/identity/domain/passkeys/registration.server";
import { isProofFresh } from "~/identity/domain/sign-in/proof.server";
import { Forbidden } from "~/core/errors";
import { pageAction, pageLoader, postOnly } from "~/web/page/page.server";

export const loader = pageLoader(postOnly);

/** The question for the browser when a passkey is to be added. */
export const action = pageAction(signedIn, async ({ context, actor, caller }) => {
  if (!isProofFresh(caller)) throw new Forbidden("Confirm that it is you first");
  return Response.json(await registrationOptions(actor, context.origin));
});
