import type { Request } from "express";
import { config } from "~/core/settings/config.server";
import { log } from "~/web/log/log.server";
import { isOwnPage, isSameOrigin } from "./same-origin";

/**
 * Refuses forms that another site sent, or that one of our pages sent from an address which is not configured as ours.
 */

const warnEveryMs = 60_000;
let warnedAt: number | undefined;

/**
 * Why a form is refused; null if it comes from this site's own pages. If one of our pages was opened at another address
 * than ours, this is a mistake and not an attack: the message names the right address, or the setting that the operator
 * has to change, which is also logged at most once a minute.
 *
 * @param own - scheme, host and port of this site
 */
export function refuseForeignForm(req: Request, own: string): string | null {
  const sent = { origin: req.get("origin"), fetchSite: req.get("sec-fetch-site") };
  if (isSameOrigin(sent, own)) return null;
  if (!isOwnPage(sent, [req.get("host"), req.get("x-forwarded-host")]))
    return "This form was sent from another site, so nothing was changed. Open the page here and try again.";
  const { publicUrl } = config();
  if (publicUrl)
    return `Nothing was changed, because this site's address is ${publicUrl} and you are at another one. Open ${publicUrl} and try again there.`;
  const setting = `set PUBLIC_URL to ${sent.origin}, or TRUST_PROXY to the address of the proxy`;
  warn({ origin: sent.origin, own }, `forms are refused: browsers know this site by another origin; ${setting}`);
  return `Nothing was changed, because this server does not know that you see it as ${sent.origin}. Whoever runs it has to ${setting}.`;
}

function warn(fields: Record<string, unknown>, message: string): void {
  const now = performance.now();
  if (warnedAt !== undefined && now - warnedAt < warnEveryMs) return;
  warnedAt = now;
  log().warn(fields, message);
}
