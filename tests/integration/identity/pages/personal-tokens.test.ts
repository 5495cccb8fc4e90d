import type { User } from "~/core/actor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { addDays, localDay, startOfLocalDay } from "~/core/time/day";
import { createToken, listTokens, revokeToken } from "~/identity/domain/tokens/personal-tokens.server";
import { scopes, type Scope } from "~/core/scopes";
import { api, submit, textOf, visit, type Answer } from "../../../support/http";
import { client, cookieOf, newUser, openSession } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const inAMonth = () => new Date(Date.now() + 30 * 24 * 60 * 60 * 1000);

async function newOwner() {
  const user = await newUser();
  const session = await openSession(user, { via: "cookie", remembered: true });
  const make = async (...allowed: Scope[]) => {
    const wish = { id: randomUUID(), name: "Script", scopes: allowed, expiresAt: inAMonth() };
    return (await createToken(session.actor, wish, client)) ?? "";
  };
  return { user, actor: session.actor, cookie: await cookieOf(session), make };
}

const me = (token: string, address?: string) => api(server.url, "GET", "/auth/me", { token, address });

/** Every call of `/api` that knows its caller, and the scope that it takes; null for none. */
const calls: [method: string, path: string, scope: Scope | null, body?: unknown][] = [
  ["GET", "/tasks", "tasks:read"],
  ["GET", "/tasks/1", "tasks:read"],
  ["POST", "/tasks", "tasks:write", { title: "b" }],
  ["PUT", "/tasks/1", "tasks:write", { title: "c" }],
  ["PATCH", "/tasks/1", "tasks:write", { title: "d" }],
  ["PATCH", "/tasks/1/complete", "tasks:write"],
  ["DELETE", "/tasks/1", "tasks:write"],
  ["GET", "/auth/me", "account:read"],
  ["PATCH", "/auth/me", null, { name: "Eve" }],
  ["POST", "/auth/logout", null],
  ["GET", "/v1/todos", "tasks:read"],
  ["GET", "/v1/todos/1", "tasks:read"],
  ["POST", "/v1/todos", "tasks:write", { title: "b" }],
  ["PUT", "/v1/todos/1", "tasks:write", { title: "c" }],
  ["DELETE", "/v1/todos/1", "tasks:write"],
  ["GET", "/v1/auth/me", "account:read"],
  ["POST", "/v1/auth/logout", null],
];

describe("scopes", () => {
  it.each(calls)("%s %s takes %s and no other", async (method, path, scope, body) => {
    for (const allowed of scopes) {
      const { make, user } = await newOwner();
      const writer = await make("tasks:write");
      await api(server.url, "POST", "/tasks", { token: writer }, { title: "a" });
      const token = await make(allowed);
      const answer = await api(server.url, method, path, { token }, body);
      if (allowed === scope) {
        expect(answer.status).toBeLessThan(300);
        continue;
      }
      expect(answer.status).toBe(403);
      expect(answer.json().type).toBe("/problems/insufficient-scope");
      const named = scope ? `, scope="${scope}"` : "";
      expect(answer.headers["www-authenticate"]).toBe(`Bearer realm="holdfast", error="insufficient_scope"${named}`);
      expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ name: "Ada" });
      expect(await db().task.findMany({ where: { userId: user.id } })).toMatchObject([
        { title: "a", completed: false },
      ]);
    }
  });

  it("the owner's form of the paths asks for them too, and for the owner", async () => {
    const [ada, bob] = [await newOwner(), await newOwner()];
    const reader = await ada.make("tasks:read");
    const list = (owner: User, token: string) => api(server.url, "GET", `/${owner.id}/tasks`, { token });
    expect((await list(ada.user, reader)).status).toBe(200);
    expect((await list(bob.user, reader)).json().detail).toBe("Not authorized to access these tasks");
    expect((await list(ada.user, await ada.make("account:read"))).status).toBe(403);
  });
});

describe("a token is refused", () => {
  const refused = (answer: Answer, because: RegExp) => {
    expect(answer.status).toBe(401);
    expect(answer.json().detail).toBe("Invalid or expired token");
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="holdfast", error="invalid_token", /);
    expect(answer.headers["www-authenticate"]).toMatch(because);
  };

  it("from the request after its revocation on", async () => {
    const { actor, make } = await newOwner();
    const token = await make("account:read");
    expect((await me(token)).status).toBe(200);
    const [entry] = await listTokens(actor);
    await revokeToken(actor, entry?.id ?? "", client);
    refused(await me(token), /was ended/);
  });

  it("once it has expired", async () => {
    const { user, make } = await newOwner();
    const token = await make("account:read");
    await db().personalToken.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date() } });
    refused(await me(token), /"The access token has expired"/);
  });

  it("once its account was disabled, enabled again or not", async () => {
    const { user, make } = await newOwner();
    const token = await make("account:read");
    await setAccountActive(user.email, false);
    refused(await me(token), /was ended/);
    await setAccountActive(user.email, true);
    refused(await me(token), /was ended/);
  });

  it("altered, or as a cookie, or as a refresh token", async () => {
    const { make } = await newOwner();
    const token = await make(...scopes);
    refused(await me(token.slice(0, -1) + (token.endsWith("a") ? "b" : "a")), /malformed/);
    refused(await me(`holdfast_pat_${"a".repeat(46)}`), /malformed/);
    const refresh = await api(server.url, "POST", "/auth/refresh", {}, { refresh_token: token });
    expect(refresh.status).toBe(401);
    const page = await visit(server.url, "/tasks", { cookie: `holdfast_session=${token}` });
    expect(page.headers.location).toMatch(/^\/login/);
  });
});

it("the database holds no token, and the log neither", async () => {
  const { user, make } = await newOwner();
  const token = await make("account:read");
  await me(token);
  const row = await db().personalToken.findFirstOrThrow({ where: { userId: user.id } });
  expect(JSON.stringify(row)).not.toContain(token.slice(13, 40));
  expect(server.log()).not.toContain(token.slice(13, 40));
});

it("its use is shown, and each new network is an event, once", async () => {
  const { user, actor, make } = await newOwner();
  const token = await make("account:read");
  await me(token, "198.51.100.7");
  expect(await listTokens(actor)).toMatchObject([{ address: "198.51.100.7", lastUsedAt: expect.any(Date) as Date }]);
  const events = () => db().auditEvent.count({ where: { userId: user.id, kind: "token_used_from_new_address" } });
  expect(await events()).toBe(0);
  for (let turn = 0; turn < 5; turn++) {
    await me(token, "203.0.113.9");
    await me(token, "198.51.100.7");
  }
  expect(await events()).toBe(1);
});

it("the list says of one that was never used that it was shown only once", async () => {
  const { cookie, make } = await newOwner();
  const token = await make("account:read");
  const list = async () => textOf((await visit(server.url, "/settings/tokens", { cookie })).text);
  const hint = "A token was shown when it was made, and never again.";
  expect(await list()).toContain(hint);
  await me(token);
  expect(await list()).not.toContain(hint);
});

it("another account's token cannot be revoked, nor seen", async () => {
  const [ada, bob] = [await newOwner(), await newOwner()];
  const token = await ada.make("account:read");
  const [entry] = await listTokens(ada.actor);
  await expect(revokeToken(bob.actor, entry?.id ?? "", client)).rejects.toThrow("That token is gone already");
  expect(await listTokens(bob.actor)).toEqual([]);
  const answer = await submit(
    server.url,
    "/settings/tokens",
    { intent: "revoke", tokenId: entry?.id ?? "" },
    { cookie: bob.cookie },
  );
  expect(answer.status).toBe(404);
  expect((await me(token)).status).toBe(200);
});

it("an account has fifty at most, and expired ones do not count", async () => {
  const { user, make } = await newOwner();
  for (let n = 0; n < 50; n++) await make("tasks:read");
  await expect(make("tasks:read")).rejects.toThrow("You have 50 tokens");
  const [first] = await db().personalToken.findMany({ where: { userId: user.id }, take: 1 });
  await db().personalToken.updateMany({ where: { id: first?.id }, data: { expiresAt: new Date() } });
  await make("tasks:read");
});

it("the form makes one token, however often it is sent, and shows it once", async () => {
  const { user, cookie } = await newOwner();
  const fields = { intent: "new-token", id: randomUUID(), name: "Backup", tasksRead: "on", expires: "7" };
  const made = await submit(server.url, "/settings/tokens", fields, { cookie });
  expect(made.status).toBe(200);
  const token = /holdfast_pat_\w{46}/.exec(made.text)?.[0] ?? "";
  expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
  expect((await me(token)).status).toBe(403);
  const again = await submit(server.url, "/settings/tokens", fields, { cookie });
  expect([again.status, again.headers.location]).toEqual([303, "/settings/tokens"]);
  expect(await db().personalToken.count({ where: { userId: user.id } })).toBe(1);
  expect((await visit(server.url, "/settings/tokens", { cookie })).text).not.toContain(token.slice(0, 40));
});

it("one that is good until the end of a day is listed with that day", async () => {
  const { user, cookie } = await newOwner();
  const day = localDay(new Date(Date.now() + 5 * 24 * 60 * 60 * 1000));
  const fields = { intent: "new-token", id: randomUUID(), name: "x", tasksRead: "on", expires: "date", expiresOn: day };
  expect((await submit(server.url, "/settings/tokens", fields, { cookie })).status).toBe(200);
  const row = await db().personalToken.findFirstOrThrow({ where: { userId: user.id } });
  expect(row.expiresAt).toEqual(startOfLocalDay(addDays(day, 1)));
  const inWords = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(startOfLocalDay(day));
  expect(textOf((await visit(server.url, "/settings/tokens", { cookie })).text)).toContain(`Expires ${inWords}`);
});

it.each<[string, Record<string, string>, string]>([
  ["no name", { name: " " }, "Enter a name"],
  ["a name that nobody sees", { name: "\u3164\u200b" }, "Enter a name"],
  ["nothing allowed", { tasksRead: "" }, "Choose at least one thing that the token may do"],
  ["a day that is missing", { expires: "date" }, "Enter the day"],
  ["a day that is over", { expires: "date", expiresOn: "2020-01-01" }, "Choose a day within the next 365"],
  ["a day too far", { expires: "date", expiresOn: "2099-01-01" }, "Choose a day within the next 365"],
])("the form refuses %s", async (_what, change, message) => {
  const { user, cookie } = await newOwner();
  const fields: Record<string, string> = {
    intent: "new-token",
    id: randomUUID(),
    name: "x",
    tasksRead: "on",
    ...change,
  };
  if (fields.tasksRead === "") delete fields.tasksRead;
  const answer = await submit(server.url, "/settings/tokens", fields, { cookie });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(message);
  expect(await db().personalToken.count({ where: { userId: user.id } })).toBe(0);
});

it("making one asks for a fresh proof", async () => {
  const { user, cookie } = await newOwner();
  await db().session.updateMany({ where: { userId: user.id }, data: { provenAt: new Date(0) } });
  const fields = { intent: "new-token", id: randomUUID(), name: "x", tasksRead: "on" };
  expect((await submit(server.url, "/settings/tokens", fields, { cookie })).status).toBe(403);
  expect(await db().personalToken.count({ where: { userId: user.id } })).toBe(0);
});

it("the actor of a token has no session to end", async () => {
  const { make } = await newOwner();
  const token = await make(...scopes);
  const answer = await api(server.url, "POST", "/auth/logout", { token });
  expect(answer.status).toBe(403);
  expect((await me(token)).status).toBe(200);
});
