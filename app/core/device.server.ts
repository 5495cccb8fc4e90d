import Bowser from "bowser";
import type { Carrier } from "./actor";

/**
 * A device in words, from its `User-Agent`: "Firefox on Linux", "Safari on iPhone", "curl". It is what the client says
 * of itself, good enough to recognise one's own devices and no more.
 *
 * @param carrier - how its credential comes, which tells a browser from a program
 */
export function describeDevice(userAgent: string, carrier: Carrier): string {
  const unknown = carrier === "cookie" ? "Unknown browser" : "API client";
  if (!userAgent) return unknown;
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (!/^(Mozilla|Opera)\//.test(userAgent)) return userAgent.split(/[/\s]/)[0]?.slice(0, 40) || unknown;
  const place = platform.model && /^(iPhone|iPad)$/.test(platform.model) ? platform.model : os.name;
  // Of a browser that it does not know, the library takes whatever the client wrote for a name.
  const known = browser.name && /^[\w .-]{1,30}$/.test(browser.name) ? browser.name : unknown;
  return [known, place].filter(Boolean).join(" on ");
}
