import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeRedirect } from "~/web/page/safe-redirect";
import { filledIn, pages } from "../../../support/pages";

const origin = "https://tasks.example.com";

describe("safeRedirect", () => {
  it.each(["/", "/tasks", "/tasks?status=active&q=a%20b", "/tasks/1#x", "/a/../tasks", "/%2f%2fevil.example"])(
    "follows %s",
    (target) => {
      const url = new URL(target, origin);
      expect(safeRedirect(target)).toBe(url.pathname + url.search + url.hash);
    },
  );

  it.each([
    ...[undefined, null, "", "tasks", ".", "..", "?x", "#x", " /tasks"],
    ...[
      "//evil.example",
      "///evil.example",
      "//evil.example/%2f..",
      "/\\evil.example",
      "\\\\evil.example",
      "\\/evil.example",
    ],
    ...[
      "/\t/evil.example",
      "/\n/evil.example",
      "/\r/evil.example",
      "\t//evil.example",
      "/\u0000/evil.example",
      "/x\u007f",
    ],
    ...["https://evil.example", "HTTPS:evil.example", "https:/evil.example", "http:evil.example", "ftp://evil.example"],
    ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "mailto:a@b"],
    ...["/./\\evil.example", "/x\\..\\..\\evil", "/.//evil.example", "/x/..//evil.example", "/%2e//evil.example"],
    ...["@evil.example", "//@evil.example", ":80", "https://tasks.example.com@evil.example"],
  ])("does not follow %j", (target) => expect(safeRedirect(target)).toBe("/tasks"));

  it.each([
    ...["/login", "/login/", "/LOGIN", "/l%6fgin", "/login?redirect=/tasks", "/login/second-factor", "/signup"],
    ...["/logout", "/logout?x=1", "//logout", "/logout//", "/Logout", "/logo%75t", "/./logout", "/tasks/../logout"],
    ...["/settings/two-step/backup-codes", "/settings/passkeys/options", "/login/passkey-options"],
    ...["/tasks.data", "/_root.data?index", "/api", "/api/tasks", "/__manifest?p=/", "/healthz", "/readyz"],
    ...["/.well-known/jwks.json", "/.well-known/change-password", "/assets/x.js", "/favicon.svg", "/robots.txt", "/%"],
  ])("%s is no page to arrive at", (target) => expect(safeRedirect(target)).toBe("/tasks"));

  it("leaves out what is the framework's own", () =>
    expect(safeRedirect("/tasks?_data=x&q=a&_routes=root#b")).toBe("/tasks?q=a#b"));

  it("follows every address that draws a page, and no other", () => {
    for (const page of pages) {
      const { file } = page;
      const address = filledIn(page.address).replace("*", "1");
      const drawsPage = file.endsWith(".tsx") && !/^\/(login|signup|logout)/.test(address);
      expect([address, safeRedirect(address)]).toEqual([address, drawsPage ? address : "/tasks"]);
    }
  });

  const nasty = fc.string({
    unit: fc.constantFrom(
      "/",
      "\\",
      ".",
      "%2f",
      "%5c",
      "%2e",
      "\t",
      "\n",
      "\r",
      "\u0000",
      "@",
      ":",
      "?",
      "#",
      "a",
      "é",
      "evil.example",
    ),
  });

  it("whatever comes out stays on this site, for every browser that follows the URL standard", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.webUrl(),
          nasty,
          nasty.map((rest) => `/${rest}`),
        ),
        (target) => {
          const location = safeRedirect(target);
          expect(new URL(location, origin).origin).toBe(origin);
          expect(new URL(location, `${origin}/login?redirect=x`).origin).toBe(origin);
          expect(location).toMatch(/^\/(?![/\\])[!-~]*$/);
        },
      ),
      { numRuns: 1_000 },
    );
  }, 20_000);
});
