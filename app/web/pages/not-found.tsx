import { redirectDocument, type LoaderFunctionArgs } from "@remix-run/node";
import { signedIn } from "~/web/guards.server";
import { NotFound } from "~/core/errors";
import { pageAction, pageLoader } from "~/web/page/page.server";

/**
 * Answers every unknown address, and every request that was refused before it reached its route. It is a route of its
 * own so that the root's loader runs and the page knows who is signed in, for the frame and the link back.
 */
async function nowhere({ request, context }: LoaderFunctionArgs): Promise<never> {
  const { refusal } = context;
  if (refusal?.instead) throw redirectDocument(refusal.instead);
  if (refusal) throw new Response(refusal.message, { status: refusal.status });
  // Below a private page, somebody who is not signed in must not learn which addresses exist.
  if (/^\/(tasks|dashboard|settings)\//i.test(new URL(request.url).pathname)) await signedIn({ request, context });
  throw new NotFound("There is nothing at this address.");
}

export const loader = pageLoader(nowhere);
export const action = pageAction(nowhere);

export default function Nowhere() {
  return null;
}
