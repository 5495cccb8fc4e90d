import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { db } from "~/core/data/db.server";
import { api, newAddress, send, type Answer } from "../../../support/http";
import { newToken, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const call = (method: string, path: string, body?: unknown, token?: string) =>
  api(server.url, method, path, { token, address: newAddress() }, body);
const newEmail = () => `${randomUUID()}@example.com`;

const form = (fields: Record<string, string> | string) =>
  send(server.url, "/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": newAddress() },
    body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
  });

/** A problem document as RFC 9457 and the contract have it. */
function expectProblem(answer: Answer, status: number, detail?: string, pointers?: string[]) {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const problem = answer.json<{ detail: string; errors?: { pointer: string; detail: string }[] }>();
  expect(problem).toMatchObject({ type: expect.any(String) as string, title: expect.any(String) as string, status });
  expect(problem.detail).toMatch(/\w{2,}/);
  if (detail !== undefined) expect(problem.detail).toBe(detail);
  if (status === 422) for (const error of problem.errors ?? []) expect(error.detail).toMatch(/\w{2,}/);
  if (pointers) expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
  else expect("errors" in problem).toBe(status === 422);
  if (status === 401) expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
}

function expectTokens(answer: Answer, status: number, user?: Record<string, unknown>) {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.cookies).toEqual([]);
  const body = answer.json();
  const fields = ["access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in"];
  expect(Object.keys(body)).toEqual(user ? [...fields, "user"] : fields);
  expect(body).toMatchObject({ token_type: "bearer", expires_in: 900 });
  expect(body.access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(body.refresh_token).toMatch(/^[\w-]{43}$/);
  expect(body.refresh_expires_in).toBeGreaterThan(7 * 24 * 3600 - 60);
  expect(body.refresh_expires_in).toBeLessThanOrEqual(7 * 24 * 3600);
  if (user) {
    expect(Object.keys(body.user as object)).toEqual(["id", "email", "name", "is_active", "created_at"]);
    expect(body.user).toMatchObject(user);
  }
  return body as { access_token: string; refresh_token: string; user: { id: string; created_at: string } };
}

describe("POST /api/auth/signup", () => {
  it("answers 201 with tokens that work and the account", async () => {
    const email = newEmail();
    const answer = await call("POST", "/auth/signup", { email: ` ${email.toUpperCase()}`, password, name: " Ada " });
    const { access_token, user } = expectTokens(answer, 201, { email, name: "Ada", is_active: true });
    expect(user.id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(user.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await call("GET", "/auth/me", undefined, access_token)).json()).toEqual(user);
  });

  it("answers 400 for an address that has an account", async () => {
    const { email } = await newUser();
    expectProblem(await call("POST", "/auth/signup", { email, password }), 400, "Email already registered");
    expectProblem(
      await call("POST", "/auth/signup", { email: ` ${email.toUpperCase()} `, password }),
      400,
      "Email already registered",
    );
  });

  it.each([
    [{}, ["/email", "/password"]],
    [{ email: "x", password: "short" }, ["/email", "/password"]],
    [{ email: "a@example.com", password: "1234567" }, ["/password"]],
    [{ email: "a@example.com", password: "🔑".repeat(7) }, ["/password"]],
    [{ email: "a@example.com", password: "x".repeat(257) }, ["/password"]],
    [{ email: "a@example.com", password: "password1" }, ["/password"]],
    [{ email: "some.body@example.com", password: "Some.Body" }, ["/password"]],
    [{ email: 7, password: ["a", "b"] }, ["/email", "/password"]],
    [{ email: "a@example.com", password, name: " " }, ["/name"]],
    [{ email: "a@example.com", password, name: "x".repeat(101) }, ["/name"]],
    [{ email: `${"a".repeat(250)}@example.com`, password }, ["/email"]],
    [{ email: "a@example.com", password, id: "1" }, ["/id"]],
    [{ email: "a@example.com", password, is_active: true }, ["/is_active"]],
    [{ email: "a@example.com\u0000", password }, ["/email"]],
    [{ email: "a@example.com", password, "a/b~c": 1 }, ["/a~1b~0c"]],
  ])("answers 422 and names every fault: %j", async (body, pointers) => {
    const users = await db().user.count();
    expectProblem(await call("POST", "/auth/signup", body), 422, undefined, pointers);
    expect(await db().user.count()).toBe(users);
  });
});

describe("POST /api/auth/login", () => {
  it("answers 200 with tokens for the right password, the address in any case", async () => {
    const { id, email } = await newUser();
    expectTokens(await call("POST", "/auth/login", { email: ` ${email.toUpperCase()} `, password }), 200, {
      id,
      email,
    });
  });

  it("takes the OAuth 2 password form, and ignores what else that grant sends", async () => {
    const { id, email } = await newUser();
    expectTokens(await form({ username: email, password }), 200, { id });
    const grant = { grant_type: "password", scope: "all", client_id: "x", client_secret: "y" };
    expectTokens(await form({ ...grant, username: email, password }), 200, { id });
  });

  it("takes JSON whose media type has a parameter or other case", async () => {
    const { email } = await newUser();
    for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
      const headers = { "Content-Type": type, "X-Forwarded-For": newAddress() };
      const body = JSON.stringify({ email, password });
      expectTokens(await send(server.url, "/api/auth/login", { method: "POST", headers, body }), 200, {});
    }
  });

  it("answers 401 alike for a wrong password and an unknown address, in both forms", async () => {
    const { email } = await newUser();
    for (const name of [email, newEmail()]) {
      expectProblem(
        await call("POST", "/auth/login", { email: name, password: "wrong" }),
        401,
        "Invalid email or password",
      );
      expectProblem(await form({ username: name, password: "wrong" }), 401, "Invalid email or password");
    }
  });

  it("answers 403 for a disabled account, after the right password alone", async () => {
    const { email } = await newUser({ isActive: false });
    expectProblem(await call("POST", "/auth/login", { email, password }), 403, "Account is disabled");
    expectProblem(await call("POST", "/auth/login", { email, password: "wrong" }), 401, "Invalid email or password");
  });

  it("answers 422 when something is missing or too much", async () => {
    expectProblem(await call("POST", "/auth/login", {}), 422, undefined, ["/email", "/password"]);
    expectProblem(await call("POST", "/auth/login", { email: "a", password: "" }), 422, undefined, ["/password"]);
    expectProblem(await call("POST", "/auth/login", { email: "a", password, remember: true }), 422, undefined, [
      "/remember",
    ]);
    expectProblem(await form({ username: "a@example.com" }), 422, undefined, ["/password"]);
    expectProblem(await form(""), 422, undefined, ["/username", "/password"]);
  });

  it("answers 401 to an address that no database could hold", async () => {
    for (const email of ["a\u0000@example.com", "\ud800@example.com", "x".repeat(50_000)])
      expectProblem(await call("POST", "/auth/login", { email, password }), 401, "Invalid email or password");
    expectProblem(await form("username=%00&password=%ff%fe"), 401, "Invalid email or password");
  });
});

describe("POST /api/auth/refresh", () => {
  const logIn = async () => {
    const { email } = await newUser();
    return expectTokens(await call("POST", "/auth/login", { email, password }), 200, {});
  };

  it("answers 200 with new tokens of the same session; the old access token stays good until it ends", async () => {
    const first = await logIn();
    const next = expectTokens(await call("POST", "/auth/refresh", { refresh_token: first.refresh_token }), 200);
    expect(next.refresh_token).not.toBe(first.refresh_token);
    for (const { access_token } of [first, next])
      expect((await call("GET", "/auth/me", undefined, access_token)).status).toBe(200);
  });

  it("answers a repetition with the same refresh token and a fresh access token, and the session lives", async () => {
    const first = await logIn();
    const body = { refresh_token: first.refresh_token };
    const next = expectTokens(await call("POST", "/auth/refresh", body), 200);
    const again = expectTokens(await call("POST", "/auth/refresh", body), 200);
    expect(again.refresh_token).toBe(next.refresh_token);
    expect(again.access_token).not.toBe(next.access_token);
    for (const { access_token } of [next, again])
      expect((await call("GET", "/auth/me", undefined, access_token)).status).toBe(200);
    expectTokens(await call("POST", "/auth/refresh", { refresh_token: next.refresh_token }), 200);
  });

  it("answers parallel uses with one and the same, whichever process they reach", async () => {
    const other = await startServer({ databaseUrl: config().databaseUrl });
    try {
      const { refresh_token } = await logIn();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          api(index % 2 ? other.url : server.url, "POST", "/auth/refresh", {}, { refresh_token }),
        ),
      );
      const tokens = answers.map((answer) => expectTokens(answer, 200));
      expect(new Set(tokens.map((each) => each.refresh_token)).size).toBe(1);
      const [next] = tokens;
      expectTokens(await call("POST", "/auth/refresh", { refresh_token: next?.refresh_token }), 200);
    } finally {
      await other.stop();
    }
  });

  it("takes a token whose successor was used for a stolen one: the tokens of the whole session are dead", async () => {
    const first = await logIn();
    const body = { refresh_token: first.refresh_token };
    const next = expectTokens(await call("POST", "/auth/refresh", body), 200);
    const last = expectTokens(await call("POST", "/auth/refresh", { refresh_token: next.refresh_token }), 200);
    expectProblem(await call("POST", "/auth/refresh", body), 401, "Invalid refresh token");
    expectProblem(await call("POST", "/auth/refresh", { refresh_token: last.refresh_token }), 401);
    expectProblem(await call("GET", "/auth/me", undefined, last.access_token), 401);
  });

  it("takes a late repetition for theft: the tokens of the whole session are dead", async () => {
    const first = await logIn();
    const body = { refresh_token: first.refresh_token };
    const next = expectTokens(await call("POST", "/auth/refresh", body), 200);
    await db().usedRefreshToken.updateMany({ data: { usedAt: new Date(Date.now() - 60_500) } });
    expectProblem(await call("POST", "/auth/refresh", body), 401, "Invalid refresh token");
    expectProblem(await call("POST", "/auth/refresh", { refresh_token: next.refresh_token }), 401);
    expectProblem(await call("GET", "/auth/me", undefined, next.access_token), 401);
  });

  it("takes no token of another kind, and says 422 when there is none", async () => {
    const { access_token } = await logIn();
    expectProblem(await call("POST", "/auth/refresh", { refresh_token: access_token }), 401, "Invalid refresh token");
    expectProblem(await call("POST", "/auth/refresh", {}), 422, undefined, ["/refresh_token"]);
    expectProblem(await call("POST", "/auth/refresh", { refresh_token: 5 }), 422, undefined, ["/refresh_token"]);
  });
});

describe("POST /api/auth/logout", () => {
  it("ends the session at once: its access and its refresh token are dead", async () => {
    const { email } = await newUser();
    const tokens = expectTokens(await call("POST", "/auth/login", { email, password }), 200, {});
    const other = expectTokens(await call("POST", "/auth/login", { email, password }), 200, {});
    const answer = await call("POST", "/auth/logout", undefined, tokens.access_token);
    expect([answer.status, answer.json()]).toEqual([200, { message: "Successfully logged out" }]);
    expectProblem(await call("GET", "/auth/me", undefined, tokens.access_token), 401);
    expectProblem(await call("POST", "/auth/refresh", { refresh_token: tokens.refresh_token }), 401);
    expectProblem(await call("POST", "/auth/logout", undefined, tokens.access_token), 401);
    expect((await call("GET", "/auth/me", undefined, other.access_token)).status).toBe(200);
  });

  it("takes any body there may be, and asks for a token", async () => {
    const token = await newToken(await newUser());
    expect((await call("POST", "/auth/logout", { any: "thing" }, token)).status).toBe(200);
    expectProblem(await call("POST", "/auth/logout"), 401);
  });
});

describe("/api/auth/me", () => {
  it("answers the caller's own account", async () => {
    const user = await newUser();
    const answer = await call("GET", "/auth/me", undefined, await newToken(user));
    expect([answer.status, answer.json()]).toEqual([
      200,
      { id: user.id, email: user.email, name: user.name, is_active: true, created_at: user.createdAt.toISOString() },
    ]);
  });

  it("changes the name, and nothing else", async () => {
    const user = await newUser();
    const token = await newToken(user);
    const changed = await call("PATCH", "/auth/me", { name: "  Grace " }, token);
    expect([changed.status, changed.json().name]).toEqual([200, "Grace"]);
    expect((await call("GET", "/auth/me", undefined, token)).json()).toEqual(changed.json());
    const nothing = await call("PATCH", "/auth/me", {}, token);
    expect([nothing.status, nothing.json()]).toEqual([200, changed.json()]);
    for (const field of ["email", "id", "is_active", "created_at", "password"])
      expectProblem(await call("PATCH", "/auth/me", { [field]: "x" }, token), 422, undefined, [`/${field}`]);
    expectProblem(await call("PATCH", "/auth/me", { name: "" }, token), 422, undefined, ["/name"]);
    expectProblem(await call("PATCH", "/auth/me", { name: null }, token), 422, undefined, ["/name"]);
  });

  it.each([
    ["nothing", undefined],
    ["another scheme", "Basic YTpi"],
    ["the scheme alone", "Bearer"],
    ["an empty token", "Bearer "],
    ["two tokens", "Bearer a.b.c d.e.f"],
    ["rubbish", "Bearer ☃".normalize()],
    ["no JWT", "Bearer abc"],
  ])("answers 401 to %s in Authorization", async (_name, authorization) => {
    const headers = authorization ? { Authorization: Buffer.from(authorization).toString("latin1") } : undefined;
    const answer = await send(server.url, "/api/auth/me", { headers });
    expectProblem(answer, 401);
    const wasSent = /^Bearer +\S/.test(authorization ?? "");
    expect(answer.headers["www-authenticate"]).toMatch(
      wasSent ? /error="invalid_token", error_description="[^"]*malformed/ : /^Bearer realm="holdfast"$/,
    );
  });

  it("tells an access token that has expired from one whose session has ended", async () => {
    const user = await newUser();
    const { actor } = await openSession(user, { via: "bearer" });
    const descriptionOf = async (token: string) => {
      const answer = await call("GET", "/auth/me", undefined, token);
      expectProblem(answer, 401, "Invalid or expired token");
      return /error="invalid_token", error_description="([^"]+)"$/.exec(answer.headers["www-authenticate"] ?? "")?.[1];
    };
    const expired = await signAccessToken(actor, user, new Date(Date.now() - 3600 * 1000));
    expect(await descriptionOf(expired)).toMatch(/expired/);
    const good = await signAccessToken(actor, user);
    expect((await call("GET", "/auth/me", undefined, good)).status).toBe(200);
    await db().session.delete({ where: { id: actor.sessionId } });
    expect(await descriptionOf(good)).toMatch(/ended/);
    expect(await descriptionOf(`${good.slice(0, -4)}AAAA`)).toMatch(/malformed/);
  });

  it("takes the scheme's name in any case", async () => {
    const headers = { Authorization: `bearer ${await newToken(await newUser())}` };
    expect((await send(server.url, "/api/auth/me", { headers })).status).toBe(200);
  });

  it("takes the token from no query, no body and no cookie", async () => {
    const token = await newToken(await newUser());
    expectProblem(await send(server.url, `/api/auth/me?access_token=${token}`), 401);
    for (const name of ["access_token", "holdfast_session", "Authorization"])
      expectProblem(await send(server.url, "/api/auth/me", { headers: { Cookie: `${name}=${token}` } }), 401);
    expectProblem(await call("POST", "/auth/logout", { access_token: token }), 401);
  });
});
