import type { ActionFunctionArgs } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";
import { config } from "~/core/settings/config.server";
import { TooManyChanges } from "~/core/errors";
import { countRequest, formsPerWindow } from "~/services/limits/request-quota";

/**
 * Counts every form that a signed-in person sends. `/api` has a quota for each token; without a quota for pages,
 * somebody could fill the database by sending forms.
 *
 * @throws {TooManyChanges} for more than 240 forms in a minute
 */
export async function chargeForm(args: ActionFunctionArgs): Promise<void> {
  if (!config().rateLimits) return;
  const caller = await findPageCaller(args);
  if (!caller) return;
  const { exceeded, resetSeconds } = countRequest(`forms ${caller.actor.userId}`, formsPerWindow);
  if (exceeded) throw new TooManyChanges(resetSeconds);
}
