import { describe, expect, it } from "vitest";
import { carrierOf, credentialId, may, type Actor } from "~/core/actor";
import { scopes } from "~/core/scopes";
import { anApiSession, aPageSession, aPersonalToken } from "../../support/actors";

const pageSession = aPageSession();
const apiSession = anApiSession();
const personalToken = aPersonalToken("tasks:read");

type Facts = { actor: Actor; id: string; carrier: "cookie" | "bearer"; mayWithoutScope: boolean };

/** One of each kind; a new kind does not compile until it stands here. */
const actors: Record<Actor["kind"], Facts> = {
  "page-session": { actor: pageSession, id: pageSession.sessionId, carrier: "cookie", mayWithoutScope: true },
  "api-session": { actor: apiSession, id: apiSession.sessionId, carrier: "bearer", mayWithoutScope: true },
  "personal-token": { actor: personalToken, id: personalToken.tokenId, carrier: "bearer", mayWithoutScope: false },
};

describe.each(Object.entries(actors))("%s", (kind, { actor, id, carrier, mayWithoutScope }) => {
  it("is told by its credential", () => {
    expect([actor.kind, credentialId(actor), carrierOf(actor)]).toEqual([kind, id, carrier]);
  });

  it(`may ${mayWithoutScope ? "" : "not "}do what no scope opens`, () => {
    expect(may(actor, undefined)).toBe(mayWithoutScope);
  });
});

it.each([pageSession, apiSession])("a session may do everything: $kind", (session) => {
  for (const scope of scopes) expect(may(session, scope)).toBe(true);
});

it("a token may do what it was given, and nothing else", () => {
  expect(scopes.filter((scope) => may(personalToken, scope))).toEqual(["tasks:read"]);
  expect(scopes.filter((scope) => may(aPersonalToken(), scope))).toEqual([]);
  expect(scopes.filter((scope) => may(aPersonalToken(...scopes), scope))).toEqual([...scopes]);
});

it("an actor of no known kind is nobody", () => {
  const stranger = { ...pageSession, kind: "a kind of tomorrow" } as unknown as Actor;
  expect(() => credentialId(stranger)).toThrow("of a kind that nobody knows");
  expect(() => carrierOf(stranger)).toThrow("of a kind that nobody knows");
});
