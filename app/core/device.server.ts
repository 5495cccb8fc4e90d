import Bowser from "bowser";
import type { Carrier } from "./actor";

/**
 * Names a device by its `User-Agent`: "Firefox on Linux", "Safari on iPhone", "curl". Clients can claim anything there,
 * so this only helps people to recognise their own devices.
 *
 * @param carrier - how its credential was sent, which distinguishes a browser from a program
 */
export function describeDevice(userAgent: string, carrier: Carrier): string {
  const unknown = carrier === "cookie" ? "Unknown browser" : "API client";
  if (!userAgent) return unknown;
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (!/^(Mozilla|Opera)\//.test(userAgent)) return userAgent.split(/[/\s]/)[0]?.slice(0, 40) || unknown;
  const place = platform.model && /^(iPhone|iPad)$/.test(platform.model) ? platform.model : os.name;
  // The library returns any text that the client sent as the name of a browser it does not know.
  const known = browser.name && /^[\w .-]{1,30}$/.test(browser.name) ? browser.name : unknown;
  return [known, place].filter(Boolean).join(" on ");
}
