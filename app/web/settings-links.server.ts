import type { Actor } from "~/core/actor";
import { registry } from "~/core/registry";
import type { SettingsLink } from "./ui/settings-links";

/** The links of one feature to its pages of settings, with the present state of each for the actor. */
export type LinksToSettings = (actor: Actor) => Promise<readonly SettingsLink[]>;

export const settingsLinks = registry<LinksToSettings>("links to settings");

/** The links to all parts of the settings that have their own page, in the order of the features. */
export async function linksToSettings(actor: Actor): Promise<SettingsLink[]> {
  const links = await Promise.all(settingsLinks.all().map((linksOf) => linksOf(actor)));
  return links.flat();
}
