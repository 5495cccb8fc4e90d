import type { ActionFunctionArgs } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";
import { config } from "~/core/settings/config.server";
import { TooManyChanges } from "~/core/errors";
import { countRequest, formsPerWindow } from "~/services/limits/request-quota";

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
  const { exceeded, resetSeconds } = countRequest(`forms ${caller.actor.userId}`, formsPerWindow);
  if (exceeded) throw new TooManyChanges(resetSeconds);
}
