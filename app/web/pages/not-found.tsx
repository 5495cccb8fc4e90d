import { redirectDocument, type LoaderFunctionArgs } from "@remix-run/node";
import { signedIn } from "~/web/guards.server";
import { NotFound } from "~/core/errors";
import { pageAction, pageLoader } from "~/web/page/page.server";

/**
 * Every address that is none, and every request that was refused before its route was asked. As a route of its own it
 * knows who is signed in, for the frame and the way back.
 */
async function nowhere({ request, context }: LoaderFunctionArgs): Promise<never> {
  const { refusal } = context;
  if (refusal?.instead) throw redirectDocument(refusal.instead);
  if (refusal) throw new Response(refusal.message, { status: refusal.status });
  // Below a private page nobody learns what there is and what is not.
  if (/^\/(tasks|dashboard|settings)\//i.test(new URL(request.url).pathname)) await signedIn({ request, context });
  throw new NotFound("There is nothing at this address.");
}

export const loader = pageLoader(nowhere);
export const action = pageAction(nowhere);

export default function Nowhere() {
  return null;
}
