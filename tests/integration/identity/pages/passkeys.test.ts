import type { User } from "~/core/actor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { newAuthenticator } from "../../../support/authenticator";
import { withTotp } from "../../../support/factors";
import { cookiesAfter, newAddress, submit, textOf, visit, type Caller } from "../../../support/http";
import { cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Passkeys over HTTP, with an authenticator made of software; the browser's own are in tests/e2e/passkeys.spec.ts. */

let server: RunningServer;
let published: RunningServer;
const publicUrl = "https://tasks.example.com";

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [server, published] = await Promise.all([
    startServer({ databaseUrl, env: { TRUST_PROXY: "loopback" } }),
    startServer({ databaseUrl, env: { PUBLIC_URL: publicUrl } }),
  ]);
});

afterAll(() => Promise.all([server.stop(), published.stop()]));

async function browserOf(user: User, { provenMinutesAgo = 0, secure = false } = {}) {
  const session = await openSession(user);
  const provenAt = new Date(Date.now() - provenMinutesAgo * 60 * 1000);
  await db().session.update({ where: { id: session.actor.sessionId }, data: { provenAt } });
  return cookieOf(session, { secure });
}

const ask = async (path: string, caller: Caller = {}, at = server) => {
  const answer = await submit(at.url, path, {}, { address: newAddress(), ...caller });
  expect(answer.status).toBe(200);
  expect(answer.headers["cache-control"]).toContain("no-store");
  return answer.json<{ challenge: string; rp?: { id: string }; rpId?: string; allowCredentials?: { id: string }[] }>();
};

async function withPasskey() {
  const user = await newUser();
  const cookie = await browserOf(user);
  const authenticator = newAuthenticator(server.url);
  const { challenge } = await ask("/settings/passkeys/options", { cookie });
  const fields = { intent: "add", name: "Phone", response: authenticator.register(challenge) };
  const added = await submit(server.url, "/settings/passkeys/add", fields, { cookie });
  expect([added.status, added.headers.location]).toEqual([303, "/settings/passkeys"]);
  return { user, cookie, authenticator };
}

describe("/settings/passkeys", () => {
  it("holds what was added, under its name", async () => {
    const { cookie } = await withPasskey();
    expect(textOf((await visit(server.url, "/settings/passkeys", { cookie })).text)).toContain("Phone");
  });

  it("asks for a fresh proof before the question, before the page and before a passkey is added or removed", async () => {
    const { user, authenticator } = await withPasskey();
    const cookie = await browserOf(user, { provenMinutesAgo: 11 });
    const send = (path: string, fields: Record<string, string>) => submit(server.url, path, fields, { cookie });
    expect((await send("/settings/passkeys/options", {})).status).toBe(403);
    expect((await visit(server.url, "/settings/passkeys/add", { cookie })).headers.location).toContain(
      "/settings/confirm",
    );
    const { challenge } = await ask("/settings/passkeys/options", { cookie: await browserOf(user) });
    const response = newAuthenticator(server.url).register(challenge);
    expect((await send("/settings/passkeys/add", { intent: "add", name: "", response })).status).toBe(403);
    expect((await send(`/settings/passkeys/${authenticator.id}`, { intent: "remove" })).status).toBe(403);
    expect(await db().passkey.count({ where: { userId: user.id } })).toBe(1);
  });

  it("refuses an answer that is none with 400", async () => {
    const cookie = await browserOf(await newUser());
    for (const response of ["", "{}", "x".repeat(20_001)]) {
      const answer = await submit(server.url, "/settings/passkeys/add", { intent: "add", response }, { cookie });
      expect(answer.status).toBe(400);
    }
  });

  it.each(["/settings/passkeys/options", "/login/passkey-options", "/login/second-factor/passkey-options"])(
    "%s answers to POST alone",
    async (path) => {
      const answer = await visit(server.url, path, { cookie: await browserOf(await newUser()) });
      expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
    },
  );
});

describe("/login with a passkey", () => {
  it("opens a session that stays if it is to, and goes where it was going", async () => {
    const { user, authenticator } = await withPasskey();
    const { challenge, allowCredentials } = await ask("/login/passkey-options");
    expect(allowCredentials ?? []).toEqual([]);
    const fields = { intent: "passkey", remember: "on", response: authenticator.sign(challenge, user.id) };
    const answer = await submit(server.url, "/login?redirect=%2Fdashboard", fields);
    expect([answer.status, answer.headers.location]).toEqual([303, "/dashboard"]);
    expect(answer.cookies).toContainEqual(expect.stringMatching(/^holdfast_session=.*Expires=/));
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) })).status).toBe(200);
    const again = await submit(server.url, "/login", fields);
    expect([again.status, again.cookies]).toEqual([400, []]);
    expect(textOf(again.text)).toContain("Sign in");
  });

  it("is limited where it begins", async () => {
    const address = newAddress();
    await ask("/login/passkey-options", { address });
    await db().rateLimit.updateMany({ where: { key: { startsWith: "passkey:" } }, data: { points: 60 } });
    const answer = await submit(server.url, "/login/passkey-options", {}, { address });
    expect([answer.status, Number(answer.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect(answer.text).toContain("Too many attempts");
  });
});

describe("/login/second-factor with a passkey", () => {
  it("takes one of the account, for the browser that sent the password", async () => {
    const { user, authenticator } = await withPasskey();
    await withTotp(user);
    const first = await submit(server.url, "/login", { email: user.email, password }, { address: newAddress() });
    const cookie = cookiesAfter(first);
    const { challenge, allowCredentials } = await ask("/login/second-factor/passkey-options", { cookie });
    expect(allowCredentials?.map(({ id }) => id)).toEqual([authenticator.id]);
    const fields = { intent: "passkey", response: authenticator.sign(challenge, user.id) };
    const elsewhere = await submit(server.url, "/login/second-factor", fields);
    expect([elsewhere.status, elsewhere.headers.location]).toEqual([303, "/login"]);
    const answer = await submit(server.url, "/login/second-factor", fields, { cookie });
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) })).status).toBe(200);
  });

  it("tells nobody which passkeys an account has before the right password", async () => {
    const answer = await submit(server.url, "/login/second-factor/passkey-options", {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  });
});

it("the site's name is PUBLIC_URL's, whatever host the request was made to", async () => {
  const cookie = await browserOf(await newUser(), { secure: true });
  expect((await ask("/login/passkey-options", {}, published)).rpId).toBe("tasks.example.com");
  expect((await ask("/settings/passkeys/options", { cookie }, published)).rp?.id).toBe("tasks.example.com");
});
