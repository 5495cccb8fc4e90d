import type { LoaderFunctionArgs } from "@remix-run/node";
import { NotFound } from "~/domain/errors";
import { pageAction, pageLoader } from "~/http/page.server";

/**
 * Every address that is none, and every request that was refused before its route was asked. As a route of its own it
 * knows who is signed in, for the frame and the way back.
 */
function nowhere({ context: { refusal } }: LoaderFunctionArgs): Promise<never> {
  if (refusal) throw new Response(refusal.message, { status: refusal.status });
  throw new NotFound("There is nothing at this address.");
}

export const loader = pageLoader(nowhere);
export const action = pageAction(nowhere);

export default function Nowhere() {
  return null;
}
