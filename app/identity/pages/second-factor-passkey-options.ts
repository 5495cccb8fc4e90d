import type { ActionFunctionArgs } from "@remix-run/node";
import { requireSecondStep } from "~/identity/edge/second-step.server";
import { secondStepOptions } from "~/identity/domain/passkeys/passkey-sign-in.server";
import { pageAction, pageLoader, postOnly } from "~/web/page/page.server";

export const loader = pageLoader(postOnly);

/** The options (WebAuthn) that the browser needs to use a passkey as the second factor. */
export const action = pageAction(async ({ request, context }: ActionFunctionArgs) => {
  const { secret } = await requireSecondStep({ request, context });
  return Response.json(await secondStepOptions(secret, context.origin, context.client));
});
