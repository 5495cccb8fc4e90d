import type { ActionFunctionArgs } from "@remix-run/node";
import { signInOptions } from "~/identity/domain/passkeys/passkey-sign-in.server";
import { pageAction, pageLoader, postOnly } from "~/web/page/page.server";

export const loader = pageLoader(postOnly);

/** The options (WebAuthn) that the browser needs for signing in with a passkey. */
export const action = pageAction(async ({ context }: ActionFunctionArgs) =>
  Response.json(await signInOptions(context.origin, context.client)),
);
