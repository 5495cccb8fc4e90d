import type { AppLoadContext } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";

/**
 * For pages of links in mail, which may be opened in the browser of somebody else.
 *
 * @param link.userId - the account that the link is about
 * @returns the address of the person who is signed in, if that is another account's; else null
 */
export async function strangerTo(
  { userId }: { userId: string },
  edge: { request: Request; context: AppLoadContext },
): Promise<string | null> {
  const caller = await findPageCaller(edge);
  return caller && caller.user.id !== userId ? caller.user.email : null;
}
