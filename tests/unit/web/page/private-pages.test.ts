import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { describe, expect, it } from "vitest";
import { identifyBy } from "~/web/guards.server";
import { filledIn, pages, type PageEntry } from "../../../support/pages";

/*
 * Every private page asks who is there before it does anything, the addresses without a page of their own among them. Here nobody
 * is there, and there is no database: what goes on without its guard fails in another way.
 */

const isPrivate = ({ address }: PageEntry) => /^\/(tasks|dashboard|settings)(\/|$)/.test(address);

/** Addresses that only take what a page sends: whoever looks at them learns that, and nothing else. */
const postOnly = ["/settings/two-step/backup-codes", "/settings/passkeys/options"];

/** Files that may ask by themselves: a guard that asks for more, and the page of no address, which knows only then. */
const guardsOfTheirOwn = ["identity/pages/settings/passkey.tsx", "web/pages/not-found.tsx"];

identifyBy({
  findPageCaller: () => Promise.resolve(null),
  requireApiCaller: () => {
    throw new Error("a page asks for a bearer token");
  },
  identifierPrints: () => Promise.resolve([]),
  adoptSession: () => undefined,
  emailOf: () => Promise.resolve(null),
});

type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => Promise<unknown>;
type Route = { loader?: Handler; action?: Handler };

const routes = import.meta.glob<Route>("../../../../app/*/pages/**/*.{ts,tsx}", { eager: true });

function routeOf({ file }: PageEntry): Route {
  const route = routes[`../../../../app/${file}`];
  if (!route) throw new Error(`${file} is no page`);
  return route;
}

/** What a handler throws at somebody who is not signed in. */
async function refusalOf(handler: Handler | undefined, at: string, init?: RequestInit): Promise<unknown> {
  if (!handler) return "there is no handler";
  const context = { answerHeaders: new Headers(), client: { address: "192.0.2.1", userAgent: "Vitest" }, origin: "" };
  const args = { request: new Request(`http://localhost${at}`, init), params: { id: "1" }, context };
  return handler(args as unknown as LoaderFunctionArgs).then(
    () => "it was carried out",
    (thrown: unknown) => (thrown instanceof Response ? [thrown.status, thrown.headers.get("Location")] : thrown),
  );
}

const privatePages = pages.filter(isPrivate);

it("there are private pages", () => {
  expect(privatePages.length).toBeGreaterThan(15);
  expect(privatePages.map(({ address }) => address)).toEqual(expect.arrayContaining(postOnly));
});

describe.each(privatePages)("$address", (page) => {
  const at = filledIn(page.address);
  const signInFirst = [303, `/login?redirect=${encodeURIComponent(at)}`];

  it("is shown to nobody who is not signed in", async () => {
    const { loader } = routeOf(page);
    const expected = postOnly.includes(page.address) ? [405, null] : signInFirst;
    expect(await refusalOf(loader, at)).toEqual(expected);
  });

  it.each([
    ["a form", new URLSearchParams({ intent: "any" })],
    ["what is no form", "{}"],
  ])("takes %s from nobody who is not signed in", async (_name, body) => {
    const { action } = routeOf(page);
    expect(await refusalOf(action, at, { method: "POST", body })).toEqual(signInFirst);
  });
});

it("what the guard found is handed over, and no page asks again", () => {
  const asking = pages.filter(({ source }) => /\bsignedIn\(/.test(source)).map(({ file }) => file);
  expect(asking).toEqual(guardsOfTheirOwn);
});
