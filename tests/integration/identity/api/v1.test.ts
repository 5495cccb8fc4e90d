import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { listSessions } from "~/identity/domain/sessions/session-list.server";
import { revokeSession } from "~/identity/domain/sessions/sessions.server";
import { codeOf, withTotp, wrongCodeOf } from "../../../support/factors";
import { api, newAddress, send, submit, textOf, visit, type Answer } from "../../../support/http";
import { client, cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* The second dialect, as its clients speak it: docs/api-v1.md. */

const day = 24 * 60 * 60 * 1000;

let server: RunningServer;

const start = (env: Record<string, string> = {}) =>
  startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback", ...env } });

beforeAll(async () => {
  server = await start();
});

afterAll(() => server.stop());

const call = (method: string, path: string, body?: unknown, token?: string, url = server.url) =>
  api(url, method, path, { token, address: newAddress() }, body);

const newEmail = () => `${randomUUID()}@example.com`;

const sendForm = (type: string, body: string) =>
  send(server.url, "/api/v1/auth/login", {
    method: "POST",
    headers: { "Content-Type": type, "X-Forwarded-For": newAddress() },
    body,
  });

const urlEncoded = (fields: Record<string, string>) =>
  sendForm("application/x-www-form-urlencoded", new URLSearchParams(fields).toString());

const multipart = (fields: Record<string, string>) => {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return sendForm("multipart/form-data; boundary=limit", `${parts.join("")}--limit--\r\n`);
};

/** The three sign-ins of the dialect. */
const signIns: [name: string, (email: string, more?: Record<string, string>, given?: string) => Promise<Answer>][] = [
  ["form", (email, more = {}, given = password) => urlEncoded({ username: email, password: given, ...more })],
  [
    "json",
    (email, more = {}, given = password) => call("POST", "/v1/auth/login/json", { email, password: given, ...more }),
  ],
  ["signin", (email, more = {}, given = password) => call("POST", "/auth/signin", { email, password: given, ...more })],
];

type Tokens = { access_token: string; refresh_token: string; token_type: string };
type Session = { user: { id: string; email: string }; tokens: Tokens };

function expectSession(answer: Answer, status: number, user: Record<string, unknown>): Session {
  expect([answer.status, answer.headers["content-type"], answer.cookies]).toEqual([status, "application/json", []]);
  const session = answer.json<Session>();
  expect(Object.keys(session)).toEqual(["user", "tokens"]);
  expect(Object.keys(session.user)).toEqual(["id", "email", "name", "is_active", "created_at"]);
  expect(session.user).toMatchObject(user);
  expectTokens(session.tokens);
  return session;
}

function expectTokens(tokens: Tokens) {
  expect(Object.keys(tokens)).toEqual(["access_token", "refresh_token", "token_type"]);
  expect(tokens.access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(tokens.refresh_token).toMatch(/^[\w-]{43}$/);
  expect(tokens.token_type).toBe("bearer");
}

function expectProblem(answer: Answer, status: number, detail?: string, pointers?: string[]) {
  expect([answer.status, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
  const problem = answer.json<{ detail: string; errors?: { pointer: string }[] }>();
  if (detail !== undefined) expect(problem.detail).toBe(detail);
  if (pointers) expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
  if (status === 401) expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
}

async function signedIn() {
  const user = await newUser();
  const { tokens } = (await call("POST", "/v1/auth/login/json", { email: user.email, password })).json<Session>();
  const session = await db().session.findFirstOrThrow({ where: { userId: user.id } });
  return { user, tokens, session };
}

const refresh = (refresh_token: string, path = "/v1/auth/refresh", url?: string) =>
  call("POST", path, { refresh_token }, undefined, url);

it("a client's whole walk", async () => {
  const email = newEmail();
  const registered = await call("POST", "/v1/auth/register", { email, password, name: "Ada" });
  const { user } = expectSession(registered, 201, { email, name: "Ada", is_active: true });

  const { tokens } = expectSession(await urlEncoded({ username: email, password }), 200, { id: user.id });
  const me = await call("GET", "/v1/auth/me", undefined, tokens.access_token);
  expect([me.status, me.json()]).toEqual([200, user]);

  const todos = (method: string, path = "", body?: unknown) =>
    call(method, `/v1/todos${path}`, body, tokens.access_token);
  expect((await todos("GET", "/")).json()).toEqual([]);
  const made = await todos("POST", "/", { title: " Buy milk " });
  const milk = { id: 1, title: "Buy milk", completed: false, user_id: user.id };
  expect([made.status, made.headers.location, made.json()]).toEqual([201, "/api/v1/todos/1", milk]);
  expect((await todos("POST", "", { title: "Rest", completed: true })).json()).toEqual({
    ...{ id: 2, title: "Rest", completed: true, user_id: user.id },
  });
  expect((await todos("GET")).json<{ id: number }[]>().map(({ id }) => id)).toEqual([2, 1]);
  expect((await todos("GET", "/1")).json()).toEqual(milk);

  const changed = await todos("PUT", "/1", { completed: true });
  expect([changed.status, changed.json()]).toEqual([200, { ...milk, completed: true }]);
  expect((await todos("PUT", "/1/", { title: "Buy bread" })).json()).toMatchObject({
    title: "Buy bread",
    completed: true,
  });
  expect((await todos("PUT", "/1", {})).json()).toMatchObject({ title: "Buy bread", completed: true });
  const gone = await todos("DELETE", "/1/");
  expect([gone.status, gone.text]).toEqual([204, ""]);
  for (const method of ["GET", "PUT", "DELETE"])
    expectProblem(await todos(method, "/1", method === "PUT" ? { completed: true } : undefined), 404, "Todo not found");

  const refreshed = await refresh(tokens.refresh_token);
  expect(refreshed.status).toBe(200);
  expectTokens(refreshed.json<Tokens>());

  const out = await call("POST", "/v1/auth/logout", undefined, refreshed.json<Tokens>().access_token);
  expect([out.status, out.json()]).toEqual([200, { message: "Successfully logged out" }]);
  expectProblem(await todos("GET"), 401);
});

describe("POST /api/v1/auth/register", () => {
  it("takes the name from the address if there is none", async () => {
    const email = newEmail();
    const answer = await call("POST", "/v1/auth/register/", { email, password });
    expectSession(answer, 201, { email, name: email.split("@")[0] });
  });

  it("answers 400 for an address that has an account", async () => {
    const { email } = await newUser();
    expectProblem(await call("POST", "/v1/auth/register", { email, password }), 400, "Email already registered");
  });

  it.each([
    [{}, ["/email", "/password"]],
    [{ email: "a@example.com", password: "short" }, ["/password"]],
    [{ email: "a@example.com", password, is_active: true, id: "1" }, ["/id", "/is_active"]],
  ])("answers 422 and names every fault: %j", async (body, pointers) => {
    expectProblem(await call("POST", "/v1/auth/register", body), 422, undefined, pointers);
  });
});

describe.each(signIns)("signing in by %s", (name, logIn) => {
  const opens = (answer: Answer) => {
    expect(answer.status).toBe(200);
    const body = answer.json<Session & { token: string }>();
    if (name === "signin") expect(Object.keys(body)).toEqual(["token"]);
    else expect(Object.keys(body)).toEqual(["user", "tokens"]);
    return name === "signin" ? body.token : body.tokens.access_token;
  };
  const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

  it("answers a token that works, the address in any case", async () => {
    const { id, email } = await newUser();
    const token = opens(await logIn(email.toUpperCase()));
    expect((await call("GET", "/v1/auth/me", undefined, token)).json()).toMatchObject({ id, email });
    expect((await call("GET", "/auth/me", undefined, token)).json()).toMatchObject({ id, email });
  });

  it("answers 401 alike for a wrong password and an unknown address", async () => {
    for (const email of [(await newUser()).email, newEmail()])
      expectProblem(await logIn(email, {}, "wrong"), 401, "Incorrect email or password");
  });

  it("answers 403 for a disabled account", async () => {
    const { email } = await newUser({ isActive: false });
    expectProblem(await logIn(email), 403, "Account is disabled");
  });

  it("asks for the second factor", async () => {
    const user = await newUser();
    const { secret, backupCodes } = await withTotp(user);
    expect((await logIn(user.email)).json()).toMatchObject({ status: 401, type: "/problems/second-factor-required" });
    const wrong = await logIn(user.email, { totp_code: wrongCodeOf(secret) });
    expect(wrong.json()).toMatchObject({ status: 401, type: "/problems/second-factor-invalid" });
    expect(await sessionsOf(user.id)).toBe(0);
    opens(await logIn(user.email, { totp_code: codeOf(secret) }));
    opens(await logIn(user.email, { backup_code: backupCodes[0] ?? "" }));
  });

  it("counts failures together with the other sign-ins, and answers 429", async () => {
    const { email } = await newUser();
    const address = newAddress();
    const login = (path: string, given: string) =>
      api(server.url, "POST", path, { address }, { email, password: given });
    const path = name === "signin" ? "/auth/signin" : "/v1/auth/login/json";
    for (let time = 0; time < 10; time++) await login(path, "wrong");
    for (const other of [path, "/auth/login"]) {
      const limited = await login(other, password);
      expectProblem(limited, 429);
      expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    }
  });
});

describe("the form of the sign-in", () => {
  it("is taken as browsers send a FormData, too, and with what else the grant sends", async () => {
    const { id, email } = await newUser();
    expectSession(await multipart({ username: email, password }), 200, { id });
    expectSession(await urlEncoded({ grant_type: "password", scope: "", username: email, password }), 200, { id });
    expectProblem(await multipart({ username: email, password: "wrong" }), 401, "Incorrect email or password");
  });

  it("is refused if it is none", async () => {
    expectProblem(await multipart({ username: "a@example.com" }), 422, undefined, ["/password"]);
    expectProblem(await urlEncoded({}), 422, undefined, ["/password", "/username"]);
    const json = JSON.stringify({ username: "a@example.com", password });
    const refused = await sendForm("application/json", json);
    expectProblem(refused, 415);
    expect(refused.headers.accept).toContain("application/x-www-form-urlencoded");
    for (const body of ["", "--limit", "--limit\r\nnonsense", json, "--other--"])
      expectProblem(await sendForm("multipart/form-data; boundary=limit", body), 400);
    expectProblem(await sendForm("multipart/form-data", "x"), 400);
  });

  it("takes no file for a password", async () => {
    const file =
      '--limit\r\nContent-Disposition: form-data; name="password"; filename="a"\r\n\r\nx\r\n--limit\r\n' +
      'Content-Disposition: form-data; name="username"\r\n\r\na@example.com\r\n--limit--\r\n';
    expectProblem(await sendForm("multipart/form-data; boundary=limit", file), 422, undefined, ["/password"]);
  });
});

describe("one refresh token", () => {
  it("is good twenty times in a row, and every access token that it brings works", async () => {
    const { tokens, user } = await signedIn();
    for (let time = 0; time < 20; time++) {
      const next = (await refresh(tokens.refresh_token)).json<Tokens>();
      expect(next.refresh_token).toBe(tokens.refresh_token);
      expect((await call("GET", "/v1/auth/me", undefined, next.access_token)).json()).toMatchObject({ id: user.id });
    }
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "refresh_replayed" } })).toBe(0);
  });

  it("is good twenty times at once", async () => {
    const { tokens } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(tokens.refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(answers.map((answer) => answer.json<Tokens>().refresh_token))).toEqual(
      new Set([tokens.refresh_token]),
    );
  });

  it("is good at /api/auth/refresh as well, and stays the same there", async () => {
    const { tokens, session } = await signedIn();
    for (let time = 0; time < 2; time++) {
      const answer = (await refresh(tokens.refresh_token, "/auth/refresh")).json<
        Tokens & { refresh_expires_in: number }
      >();
      expect(answer.refresh_token).toBe(tokens.refresh_token);
      const left = (session.endsAt.getTime() - Date.now()) / 1000;
      expect(Math.abs(answer.refresh_expires_in - left)).toBeLessThan(60);
    }
  });

  it("ends with the session, 30 days after the sign-in, however it is used", async () => {
    const { tokens, session } = await signedIn();
    expect(session.endsAt.getTime() - session.createdAt.getTime()).toBe(30 * day);
    expect(session.expiresAt).toEqual(session.endsAt);
    await refresh(tokens.refresh_token);
    const used = await db().session.findUniqueOrThrow({ where: { id: session.id } });
    expect([used.endsAt, used.expiresAt]).toEqual([session.endsAt, session.expiresAt]);
    await db().session.update({ where: { id: session.id }, data: { endsAt: new Date() } });
    expectProblem(await refresh(tokens.refresh_token), 401, "Invalid refresh token");
    expectProblem(await call("GET", "/v1/todos", undefined, tokens.access_token), 401);
  });

  it("counts with the limit on refreshes", async () => {
    const { tokens } = await signedIn();
    for (let time = 0; time < 60; time++) expect((await refresh(tokens.refresh_token)).status).toBe(200);
    expectProblem(await refresh(tokens.refresh_token), 429);
    expectProblem(await refresh(tokens.refresh_token, "/auth/refresh"), 429);
  });

  it("of a session that was opened elsewhere is exchanged here as well", async () => {
    const { email } = await newUser();
    const first = (await call("POST", "/auth/login", { email, password })).json<Tokens>();
    const next = (await refresh(first.refresh_token)).json<Tokens>();
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).json<Tokens>().refresh_token).toBe(next.refresh_token);
    expect((await refresh(next.refresh_token)).status).toBe(200);
    expectProblem(await refresh(first.refresh_token), 401, "Invalid refresh token");
  });

  it("is no other kind of secret", async () => {
    const { tokens } = await signedIn();
    expectProblem(await refresh(tokens.access_token), 401, "Invalid refresh token");
    expectProblem(await call("GET", "/v1/auth/me", undefined, tokens.refresh_token), 401);
    expectProblem(await call("POST", "/v1/auth/refresh", {}), 422, undefined, ["/refresh_token"]);
    expectProblem(
      await call("POST", "/v1/auth/refresh", { refresh_token: tokens.refresh_token, expires: "never" }),
      422,
      undefined,
      ["/expires"],
    );
  });
});

describe("a session of the dialect", () => {
  const dead = async ({ access_token, refresh_token }: Tokens) => {
    expectProblem(await refresh(refresh_token), 401, "Invalid refresh token");
    expectProblem(await refresh(refresh_token, "/auth/refresh"), 401, "Invalid refresh token");
    expectProblem(await call("GET", "/v1/auth/me", undefined, access_token), 401);
    expectProblem(await call("GET", "/v1/todos", undefined, access_token), 401);
    expectProblem(await call("POST", "/v1/auth/logout", undefined, access_token), 401);
  };

  it("is over with its logout, of whichever dialect, and no other with it", async () => {
    for (const path of ["/v1/auth/logout", "/auth/logout"]) {
      const { tokens, user } = await signedIn();
      const other = await call("POST", "/v1/auth/login/json", { email: user.email, password });
      expect((await call("POST", path, undefined, tokens.access_token)).status).toBe(200);
      await dead(tokens);
      expect((await refresh(other.json<Session>().tokens.refresh_token)).status).toBe(200);
    }
  });

  it("is in the settings' list, and can be ended there", async () => {
    const { tokens, user, session } = await signedIn();
    const browser = await openSession(user);
    const cookie = await cookieOf(browser);
    expect(await listSessions(browser.actor)).toContainEqual(
      expect.objectContaining({ id: session.id, via: "bearer" }),
    );
    const settings = await visit(server.url, "/settings", { cookie });
    expect(settings.text).toContain(`value="${session.id}"`);
    expect(textOf(settings.text)).toContain("Sign out other sessions");
    const fields = { intent: "end-session", sessionId: session.id };
    expect((await submit(server.url, "/settings", fields, { cookie })).status).toBe(303);
    await dead(tokens);
  });

  it("is over when it is revoked, when its account is disabled, and when that is deleted", async () => {
    const ends: ((of: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>)[] = [
      async ({ user, session }) => revokeSession((await openSession(user)).actor, session.id, client),
      ({ user }) => setAccountActive(user.email, false),
      ({ user }) => db().user.delete({ where: { id: user.id } }),
    ];
    for (const end of ends) {
      const signed = await signedIn();
      await end(signed);
      await dead(signed.tokens);
    }
  });
});

it("a session of signin is one like any other", async () => {
  const { id, email } = await newUser();
  await call("POST", "/auth/signin", { email, password });
  const session = await db().session.findFirstOrThrow({ where: { userId: id } });
  expect(session).toMatchObject({ rotates: true });
  expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(7 * day);
});

describe("todos", () => {
  it.each([
    ["POST", "", {}, ["/title"]],
    ["POST", "", { title: " " }, ["/title"]],
    ["POST", "", { title: "a", description: "b" }, ["/description"]],
    ["POST", "", { title: "a", user_id: "b", id: 3 }, ["/id", "/user_id"]],
    ["POST", "", { title: "a", completed: "yes" }, ["/completed"]],
    ["PUT", "/1", { title: "" }, ["/title"]],
    ["PUT", "/1", { priority: "high" }, ["/priority"]],
    ["PUT", "/1", { completed: null }, ["/completed"]],
  ])("%s %s %j is refused, as a whole", async (method, path, body, pointers) => {
    const { tokens, user } = await signedIn();
    await call("POST", "/v1/todos", { title: "first" }, tokens.access_token);
    expectProblem(await call(method, `/v1/todos${path}`, body, tokens.access_token), 422, undefined, pointers);
    expect(await db().task.findMany({ where: { userId: user.id } })).toMatchObject([
      { title: "first", completed: false, revision: 1 },
    ]);
  });

  it("are listed some at a time, the newest first", async () => {
    const { tokens } = await signedIn();
    for (let number = 1; number <= 101; number++)
      await call("POST", "/v1/todos", { title: `${number}` }, tokens.access_token);
    const list = async (query = "") =>
      (await call("GET", `/v1/todos${query}`, undefined, tokens.access_token))
        .json<{ id: number }[]>()
        .map(({ id }) => id);
    const all = Array.from({ length: 101 }, (_, index) => 101 - index);
    expect(await list()).toEqual(all.slice(0, 100));
    expect(await list("?skip=100")).toEqual([1]);
    expect(await list("/?skip=2&limit=3")).toEqual([99, 98, 97]);
    expect(await list("?skip=101")).toEqual([]);
    expect(await list("?unknown=1&limit=1")).toEqual([101]);
    for (const [query, pointer] of [
      ["limit=0", "/limit"],
      ["limit=101", "/limit"],
      ["skip=-1", "/skip"],
      ["skip=x", "/skip"],
    ] as const)
      expectProblem(await call("GET", `/v1/todos?${query}`, undefined, tokens.access_token), 422, undefined, [pointer]);
  });

  it.each(["0", "2", "x", "1.5", "-1", "99999999999999999999", "%00"])("%s is no todo: 404", async (id) => {
    const { tokens } = await signedIn();
    await call("POST", "/v1/todos", { title: "first" }, tokens.access_token);
    for (const method of ["GET", "PUT", "DELETE"])
      expectProblem(
        await call(method, `/v1/todos/${id}`, method === "PUT" ? { title: "a" } : undefined, tokens.access_token),
        404,
        "Todo not found",
      );
  });

  it("are the tasks of the pages and of /api/tasks", async () => {
    const { tokens } = await signedIn();
    const body = { title: "Pay", description: "twice", priority: "high", due_date: "2026-12-01" };
    await call("POST", "/tasks", body, tokens.access_token);
    await call("PUT", "/v1/todos/1", { completed: true }, tokens.access_token);
    expect((await call("GET", "/tasks/1", undefined, tokens.access_token)).json()).toMatchObject({
      ...body,
      completed: true,
    });
  });
});

describe("settings", () => {
  let other: RunningServer | undefined;
  const startOther = async (env: Record<string, string>) => (other = await start(env)).url;
  afterEach(() => other?.stop());

  it.each(["closed", "invite"])("SIGNUP=%s holds", async (mode) => {
    const url = await startOther({ SIGNUP: mode });
    const email = newEmail();
    const register = (more = {}) => call("POST", "/v1/auth/register", { email, password, ...more }, undefined, url);
    expectProblem(await register(), 403);
    const invitation = await makeToken("invitation", {});
    expect((await register({ invitation })).status).toBe(mode === "invite" ? 201 : 403);
    expect(await db().user.count({ where: { email } })).toBe(mode === "invite" ? 1 : 0);
  });

  it("EMAIL_VERIFICATION=required holds: 202 for new and known alike, and nobody unconfirmed gets in", async () => {
    const url = await startOther({ EMAIL_VERIFICATION: "required" });
    const known = await newUser();
    const answers = [];
    for (const email of [newEmail(), known.email])
      answers.push(await call("POST", "/v1/auth/register", { email, password }, undefined, url));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]?.json()).toEqual(answers[1]?.json());
    for (const path of ["/v1/auth/login/json", "/auth/signin"]) {
      const refused = await call("POST", path, { email: known.email, password }, undefined, url);
      expect(refused.json()).toMatchObject({ status: 403, type: "/problems/email-not-verified" });
    }
  });

  it("API_V1=off takes all of it away, its description too, and its refresh tokens rotate from then on", async () => {
    const { tokens, session } = await signedIn();
    const url = await startOther({ API_V1: "off" });
    // Not through the helper: it holds answers against the description of a server that has the dialect.
    const headers = { Authorization: `Bearer ${tokens.access_token}`, "Content-Type": "application/json" };
    for (const [method, path] of [
      ...(["register", "login", "login/json", "refresh", "logout"] as const).map((name) => [
        "POST",
        `/api/v1/auth/${name}`,
      ]),
      ["GET", "/api/v1/auth/me"],
      ["GET", "/api/v1/todos"],
      ["GET", "/api/v1/todos/"],
      ["POST", "/api/v1/todos"],
      ["GET", "/api/v1/todos/1"],
      ["PUT", "/api/v1/todos/1"],
      ["DELETE", "/api/v1/todos/1"],
      ["POST", "/api/auth/signin"],
      ["OPTIONS", "/api/v1/todos"],
    ] as [string, string][]) {
      const answer = await fetch(url + path, { method, headers });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    const description = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(description.paths).filter((path) => /v1|signin/.test(path))).toEqual([]);
    expect(Object.keys(description.paths)).toContain("/api/auth/login");

    const next = (await refresh(tokens.refresh_token, "/auth/refresh", url)).json<Tokens>();
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await refresh(tokens.refresh_token)).json<Tokens>().refresh_token).toBe(next.refresh_token);
    const rotated = await db().session.findUniqueOrThrow({ where: { id: session.id } });
    expect(rotated.rotates).toBe(true);
    expect(rotated.expiresAt.getTime()).toBeLessThan(session.expiresAt.getTime());
  });
});
