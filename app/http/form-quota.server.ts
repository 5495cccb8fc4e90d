import type { ActionFunctionArgs } from "@remix-run/node";
import { findPageCaller } from "~/auth/require-actor.server";
import { config } from "~/config.server";
import { TooManyChanges } from "~/domain/errors";
import { countRequest, formsPerWindow } from "~/domain/limits/request-quota";

/**
 * Counts a form of somebody who is signed in, whatever form it is. `/api` has a quota for each token; without one for pages
 * whoever wants to fill the database would come that way.
 *
 * @throws {TooManyChanges} beyond 240 in a minute
 */
export async function chargeForm(args: ActionFunctionArgs): Promise<void> {
  if (!config().rateLimits) return;
  const caller = await findPageCaller(args);
  if (!caller) return;
  const { exceeded, resetSeconds } = countRequest(`forms ${caller.user.id}`, formsPerWindow);
  if (exceeded) throw new TooManyChanges(resetSeconds);
}
