import { signedIn } from "~/web/guards.server";
import { registrationOptions } from "~/identity/domain/passkeys/registration.server";
import { isProofFresh } from "~/identity/domain/sign-in/proof.server";
import { Forbidden } from "~/core/errors";
import { pageAction, pageLoader, postOnly } from "~/web/page/page.server";

export const loader = pageLoader(postOnly);

/** The options (WebAuthn) that the browser needs to make a new passkey. */
export const action = pageAction(signedIn, async ({ context, actor, caller }) => {
  if (!isProofFresh(caller)) throw new Forbidden("Confirm that it is you first");
  return Response.json(await registrationOptions(actor, context.origin));
});
