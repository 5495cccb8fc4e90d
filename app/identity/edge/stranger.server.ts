import type { AppLoadContext } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";

/**
 * Tells the page of a link in a mail whether another person than the link's addressee is signed in in this browser.
 *
 * @param link.userId - the account that the link is about
 * @returns the address of the account that is signed in, if it is another account than the link's; otherwise null
 */
export async function strangerTo(
  { userId }: { userId: string },
  edge: { request: Request; context: AppLoadContext },
): Promise<string | null> {
  const caller = await findPageCaller(edge);
  return caller && caller.user.id !== userId ? caller.user.email : null;
}
