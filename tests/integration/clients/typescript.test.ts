import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { countAttempt, refreshPerSession } from "~/services/limits/limits.server";
import { createToken } from "~/identity/domain/tokens/personal-tokens.server";
import { createHoldfast, type HoldfastOptions, type Tokens } from "../../../clients/typescript/src/index";
import { client, newUser, openSession, password } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

/* The TypeScript client against the running server. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

/** A session whose access token has run out, and whose refresh token is good. */
async function newSession(user?: User) {
  const owner = user ?? (await newUser());
  const { actor, secret } = await openSession(owner, { via: "bearer" });
  const access_token = await signAccessToken(actor, owner, new Date(Date.now() - 3_600_000));
  return { user: owner, actor, tokens: { access_token, refresh_token: secret } };
}

type Fetch = NonNullable<HoldfastOptions["fetch"]>;

/** A client that writes down what it sends, and what it is told to keep. */
function newClient(options: Partial<HoldfastOptions> = {}) {
  const log: string[] = [];
  const kept: (Tokens | undefined)[] = [];
  const send: Fetch = options.fetch ?? ((request) => fetch(request));
  const client = createHoldfast({
    baseUrl: server.url,
    onTokens: (tokens) => void kept.push(tokens),
    ...options,
    fetch: (request) => {
      log.push(`${request.method} ${new URL(request.url).pathname}`);
      return send(request);
    },
  });
  return { client, log, kept, refreshes: () => log.filter((line) => line === "POST /api/auth/refresh").length };
}

const titles = async (userId: string) =>
  (await db().task.findMany({ where: { userId }, orderBy: { title: "asc" } })).map(({ title }) => title);

describe("signing in and out", () => {
  it("opens a session, goes through the life of a task with types, and ends it", async () => {
    const user = await newUser();
    const { client, kept } = newClient();
    const { data: session } = await client.signIn({ email: user.email, password });
    expect(session?.user.id).toBe(user.id);
    expect(kept).toEqual([{ access_token: session?.access_token, refresh_token: session?.refresh_token }]);

    const added = await client.POST("/api/tasks", { body: { title: "Typed", priority: "high" } });
    const id = added.data?.id ?? 0;
    const tag = added.response.headers.get("ETag") ?? "";
    const list = await client.GET("/api/tasks", { params: { query: { priority: "high", limit: 1 } } });
    expect(list.data?.map(({ title, completed }) => [title, completed])).toEqual([["Typed", false]]);
    const path = { id };
    const completed = await client.PATCH("/api/tasks/{id}/complete", {
      params: { path, header: { "If-Match": tag } },
      body: { completed: true },
    });
    expect(completed.data?.completed).toBe(true);
    const late = await client.PATCH("/api/tasks/{id}", {
      params: { path, header: { "If-Match": tag } },
      body: { title: "Too late" },
    });
    expect([late.response.status, late.error?.title]).toEqual([412, "Precondition failed"]);
    expect((await client.DELETE("/api/tasks/{id}", { params: { path } })).response.status).toBe(204);

    expect((await client.signOut()).data).toEqual({ message: "Successfully logged out" });
    expect(kept.at(-1)).toBeUndefined();
    expect(kept).toHaveLength(2);
    const after = await fetch(`${server.url}/api/auth/me`, {
      headers: { Authorization: `Bearer ${session?.access_token}` },
    });
    expect(after.status).toBe(401);
  });

  it("signs up, and goes on with the new account's tokens", async () => {
    const { client } = newClient();
    await client.signUp({ email: "typed@example.com", password });
    expect((await client.GET("/api/auth/me")).data?.email).toBe("typed@example.com");
  });

  it("a wrong password is that and nothing else: no refresh, and the session at hand stays", async () => {
    const { user, tokens } = await newSession();
    const { client, log, kept } = newClient({ tokens });
    const answer = await client.signIn({ email: user.email, password: "wrong horse battery" });
    expect([answer.response.status, answer.error?.detail]).toEqual([401, "Invalid email or password"]);
    expect([log, kept]).toEqual([["POST /api/auth/login"], []]);
    expect((await client.GET("/api/auth/me")).data?.id).toBe(user.id);
  });

  it("signs out with an access token that has run out", async () => {
    const { actor, tokens } = await newSession();
    const { client, kept } = newClient({ tokens });
    expect((await client.signOut()).response.status).toBe(200);
    expect(kept.at(-1)).toBeUndefined();
    expect(await db().session.count({ where: { id: actor.sessionId } })).toBe(0);
  });

  it("a personal access token goes along as it is, and its 401 is final", async () => {
    const { actor, user } = await newSession();
    const expiresAt = new Date(Date.now() + 86_400_000);
    const wish = { id: randomUUID(), name: "Client", scopes: ["account:read" as const], expiresAt };
    const personalToken = (await createToken(actor, wish, client)) ?? "";
    expect((await newClient({ personalToken }).client.GET("/api/auth/me")).data?.id).toBe(user.id);
    const { client: refused, log } = newClient({ personalToken: `${personalToken}x` });
    expect((await refused.GET("/api/auth/me")).response.status).toBe(401);
    expect(log).toEqual(["GET /api/auth/me"]);
  });
});

describe("an access token that has run out", () => {
  it("is exchanged once for twenty calls at once, and each goes out again with the body it had", async () => {
    const { user, tokens } = await newSession();
    const { client, kept, log, refreshes } = newClient({ tokens });
    const wishes = Array.from({ length: 20 }, (_, index) => `Task ${String(index).padStart(2, "0")}`);
    const answers = await Promise.all(wishes.map((title) => client.POST("/api/tasks", { body: { title } })));
    expect(answers.map(({ data }) => data?.title)).toEqual(wishes);
    expect([refreshes(), kept.length]).toEqual([1, 1]);
    expect(log.filter((line) => line === "POST /api/tasks")).toHaveLength(40);
    expect(await titles(user.id)).toEqual(wishes);
    await client.GET("/api/tasks");
    expect(refreshes()).toBe(1);
  });

  it("no call goes out again before the new pair is kept", async () => {
    const { tokens } = await newSession();
    const order: string[] = [];
    const { client } = newClient({
      tokens,
      onTokens: async () => {
        order.push("keeping");
        // The server could answer a good many calls meanwhile.
        await fetch(`${server.url}/healthz`);
        order.push("kept");
      },
      fetch: async (request) => {
        const old = request.headers.get("Authorization") === `Bearer ${tokens.access_token}`;
        if (request.url.endsWith("/me")) order.push(old ? "first" : "again");
        return fetch(request);
      },
    });
    await Promise.all([1, 2, 3].map(() => client.GET("/api/auth/me")));
    expect(order).toEqual(["first", "first", "first", "keeping", "kept", "again", "again", "again"]);
  });

  it("a 401 that comes in after the exchange takes the new token and does not exchange it as well", async () => {
    const { tokens } = await newSession();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client, refreshes } = newClient({
      tokens,
      fetch: async (request) => {
        const answer = await fetch(request);
        if (answer.status === 401 && request.url.endsWith("/tasks")) await held;
        return answer;
      },
    });
    const late = client.GET("/api/tasks");
    expect((await client.GET("/api/auth/me")).response.status).toBe(200);
    release();
    expect((await late).response.status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it("and whose exchange is refused means signed out: one refresh, every call its 401, then none with a token", async () => {
    const { actor, tokens } = await newSession();
    await db().session.delete({ where: { id: actor.sessionId } });
    const sent: (string | null)[] = [];
    const { client, kept, refreshes } = newClient({
      tokens,
      fetch: (request) => {
        sent.push(request.headers.get("Authorization"));
        return fetch(request);
      },
    });
    const answers = await Promise.all([1, 2, 3].map(() => client.GET("/api/tasks")));
    expect(answers.map(({ response }) => response.status)).toEqual([401, 401, 401]);
    expect(answers[0]?.error?.status).toBe(401);
    expect([refreshes(), kept]).toEqual([1, [undefined]]);
    expect((await client.GET("/api/tasks")).response.status).toBe(401);
    expect([refreshes(), sent.at(-1)]).toEqual([1, null]);
  });

  it("a limit on refreshing loses nothing: the calls get the 429, and later ones succeed", async () => {
    const { user, actor, tokens } = await newSession();
    for (let count = 0; count < refreshPerSession.points; count++)
      await countAttempt({ limit: refreshPerSession, subject: actor.sessionId });
    const { client, kept } = newClient({ tokens });
    const answers = await Promise.all([1, 2].map(() => client.GET("/api/auth/me")));
    expect(answers.map(({ response, error }) => [response.status, error?.status])).toEqual([
      [429, 429],
      [429, 429],
    ]);
    expect(Number(answers[0]?.response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(kept).toEqual([]);
    await db().rateLimit.deleteMany({ where: { key: { startsWith: refreshPerSession.name } } });
    expect((await client.GET("/api/auth/me")).data?.id).toBe(user.id);
  });

  it("a refresh that does not reach the server loses nothing either", async () => {
    const { user, tokens } = await newSession();
    let reachable = false;
    const { client, kept } = newClient({
      tokens,
      fetch: async (request) => {
        if (!reachable && request.url.endsWith("/refresh")) throw new TypeError("fetch failed");
        return fetch(request);
      },
    });
    await expect(Promise.all([client.GET("/api/auth/me"), client.GET("/api/tasks")])).rejects.toThrow("fetch failed");
    expect(kept).toEqual([]);
    reachable = true;
    expect((await client.GET("/api/auth/me")).data?.id).toBe(user.id);
  });

  it("a refresh whose answer was lost is asked for once more, and brings what the first one did", async () => {
    const { user, tokens } = await newSession();
    const lost: string[] = [];
    const { client, kept, refreshes } = newClient({
      tokens,
      fetch: async (request) => {
        const answer = await fetch(request);
        if (lost.length || !request.url.endsWith("/refresh")) return answer;
        lost.push(((await answer.json()) as Tokens).refresh_token);
        throw new TypeError("fetch failed");
      },
    });
    expect((await client.GET("/api/auth/me")).data?.id).toBe(user.id);
    expect(refreshes()).toBe(2);
    expect(kept.map((pair) => pair?.refresh_token)).toEqual(lost);
  });

  it("two clients that share a pair and exchange it at once hold the same new one, and both go on", async () => {
    const { user, tokens } = await newSession();
    const tabs = [newClient({ tokens }), newClient({ tokens })];
    const calls = await Promise.all(tabs.map(({ client }) => client.GET("/api/auth/me")));
    expect(calls.map(({ data }) => data?.id)).toEqual([user.id, user.id]);
    expect(tabs.map(({ kept }) => kept.length)).toEqual([1, 1]);
    expect(new Set(tabs.map(({ kept }) => kept[0]?.refresh_token)).size).toBe(1);
  });

  it("a call is not sent again as somebody else who has signed in meanwhile, whose tokens stay", async () => {
    const [first, second] = [await newSession(), await newSession()];
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client, kept } = newClient({
      tokens: first.tokens,
      fetch: async (request) => {
        const answer = await fetch(request);
        if (answer.status === 401) await held;
        return answer;
      },
    });
    const call = client.POST("/api/tasks", { body: { title: "Of the first" } });
    await client.signIn({ email: second.user.email, password });
    release();
    expect((await call).data?.user_id).toBe(first.user.id);
    expect(await titles(second.user.id)).toEqual([]);
    expect(kept).toHaveLength(1);
    expect((await client.GET("/api/auth/me")).data?.id).toBe(second.user.id);
  });
});

it("the token is sent to its own server alone, and not over what the caller has set", async () => {
  const { tokens } = await newSession();
  const sent: (string | null)[] = [];
  const { client } = newClient({
    tokens,
    fetch: (request) => {
      sent.push(request.headers.get("Authorization"));
      return Promise.resolve(Response.json({}));
    },
  });
  for (const baseUrl of [
    "http://evil.example",
    server.url.replace("localhost", "localhost.evil.example"),
    server.url.replace("localhost", "127.0.0.1"),
  ])
    await client.GET("/api/auth/me", { baseUrl });
  await client.GET("/api/auth/me", { headers: { Authorization: "Bearer mine" } });
  await client.GET("/api/auth/me");
  expect(sent).toEqual([null, null, null, "Bearer mine", `Bearer ${tokens.access_token}`]);
});
