import { expect, it } from "vitest";
import { isSameOrigin } from "~/web/server/same-origin";

const own = "https://tasks.example.com";
const origins: [string | undefined, boolean][] = [
  [undefined, true],
  [own, true],
  ["null", false],
  ["", false],
  ["https://evil.example", false],
  ["http://tasks.example.com", false],
  ["https://tasks.example.com:8443", false],
  ["https://tasks.example.com.evil.example", false],
  ["https://sub.tasks.example.com", false],
  ["HTTPS://TASKS.EXAMPLE.COM", false],
];
const sites: [string | undefined, boolean][] = [
  [undefined, true],
  ["same-origin", true],
  ["none", true],
  ["same-site", false],
  ["cross-site", false],
  ["", false],
  ["SAME-ORIGIN", false],
];

it.each(origins.flatMap(([origin, one]) => sites.map(([site, two]) => [origin, site, one && two] as const)))(
  "Origin %s, Sec-Fetch-Site %s: %s",
  (origin, fetchSite, same) => expect(isSameOrigin({ origin, fetchSite }, own)).toBe(same),
);
