import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { findCallerByIdentifier, type OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { cookiesAfter, newAddress, submit, textOf, visit, type Fields } from "../../../support/http";
import { cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Whoever finds a browser left open, or has a copy of its cookie, cannot sign the owner out elsewhere. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const remembered = { via: "cookie", remembered: true } as const;
const lives = async (session: OpenedSession) => (await findCallerByIdentifier(session.secret)) !== null;

/** A session that was opened a while ago, and another one of the same account. */
async function twoSessions(minutes: number) {
  const user = await newUser();
  const here = await openSession(user, remembered, new Date(Date.now() - minutes * 60_000));
  const there = await openSession(user);
  const end = async (fields: Fields, cookie?: string) =>
    submit(server.url, "/settings", fields, { cookie: cookie ?? (await cookieOf(here)), address: newAddress() });
  return { here, there, end };
}

describe.each<[string, (other: OpenedSession) => Fields]>([
  ["one other session", ({ actor }) => ({ intent: "end-session", sessionId: actor.sessionId })],
  ["all other sessions", () => ({ intent: "end-other-sessions" })],
])("ending %s", (_name, fieldsFor) => {
  it("ten minutes after the last proof asks for the password, and ends nothing before that", async () => {
    const { there, end } = await twoSessions(11);
    const fields = fieldsFor(there);
    const asked = await end(fields);
    expect([asked.status, textOf(asked.text)]).toEqual([403, expect.stringContaining("Is it you?")]);
    for (const value of Object.values(fields)) expect(asked.text).toContain(`value="${value}"`);
    const wrong = await end({ ...fields, proofPassword: "not the password" });
    expect([wrong.status, wrong.cookies]).toEqual([400, []]);
    expect(await lives(there)).toBe(true);

    const ended = await end({ ...fields, proofPassword: password });
    expect([ended.status, ended.headers.location]).toEqual([303, "/settings"]);
    expect(await lives(there)).toBe(false);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(ended) })).status).toBe(200);
  });

  it("soon after signing in asks for nothing", async () => {
    const { there, end } = await twoSessions(9);
    expect((await end(fieldsFor(there))).status).toBe(303);
    expect(await lives(there)).toBe(false);
  });
});

it("signing out oneself needs no proof", async () => {
  const { here } = await twoSessions(60);
  expect((await submit(server.url, "/logout", {}, { cookie: await cookieOf(here) })).status).toBe(303);
  expect(await lives(here)).toBe(false);
});
