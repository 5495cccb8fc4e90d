import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { absoluteLimit } from "~/identity/domain/sessions/sessions.server";
import { codeOf, withTotp } from "../../../support/factors";
import { api, cookiesAfter, newAddress, submit, textOf, visit, type Fields } from "../../../support/http";
import { cookieOf, newCookie, newToken, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const signIn = (fields: Fields, search = "", cookie?: string) =>
  submit(server.url, `/login${search}`, fields, { address: newAddress(), cookie });
const signUp = (fields: Fields, search = "") =>
  submit(server.url, `/signup${search}`, fields, { address: newAddress() });

describe("/login", () => {
  it("signs in with the right password and goes to /tasks", async () => {
    const { email } = await newUser();
    const answer = await signIn({ email: ` ${email.toUpperCase()} `, password });
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) })).status).toBe(200);
  });

  it.each([
    ["/settings", "/settings"],
    ["/tasks?status=active&q=a%20b", "/tasks?status=active&q=a%20b"],
    ["https://evil.example/", "/tasks"],
    ["//evil.example/", "/tasks"],
    ["/\\evil.example/", "/tasks"],
    ["/\t/evil.example", "/tasks"],
    ["javascript:alert(1)", "/tasks"],
    ["", "/tasks"],
    ["/logout", "/tasks"],
    ["/settings/two-step/backup-codes", "/tasks"],
    ["/settings#password-heading", "/settings#password-heading"],
  ])("follows ?redirect=%s to %s", async (target, location) => {
    const { email } = await newUser();
    const answer = await signIn({ email, password }, `?${new URLSearchParams({ redirect: target }).toString()}`);
    expect([answer.status, answer.headers.location]).toEqual([303, location]);
  });

  it("is on the way from /.well-known/change-password to the form that changes the password", async () => {
    const user = await newUser();
    const signedOut = await visit(server.url, "/.well-known/change-password");
    expect(signedOut.status).toBe(302);
    const { pathname, search } = new URL(signedOut.headers.location ?? "", server.url);
    expect(pathname).toBe("/login");
    const answer = await signIn({ email: user.email, password }, search);
    const cookie = cookiesAfter(answer);
    const signedIn = await visit(server.url, "/.well-known/change-password", { cookie });
    expect([signedIn.status, signedIn.headers.location]).toEqual([302, answer.headers.location]);
    const [page = "", place = ""] = signedIn.headers.location?.split("#") ?? [];
    expect((await visit(server.url, page, { cookie })).text).toContain(`id="${place}"`);
    expect(
      (await visit(server.url, "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"))
        .status,
    ).toBe(404);
  });

  it("shows the form again with the address and without the password when they do not fit", async () => {
    const { email } = await newUser();
    const answer = await signIn({ email, password: "never shown again" });
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect(textOf(answer.text)).toContain("Invalid email or password");
    expect(answer.text).toContain(`value="${email}"`);
    expect(answer.text).not.toContain("never shown again");
  });

  it("says beside the field what is missing", async () => {
    const answer = await signIn({ email: "", password: "" });
    expect(answer.status).toBe(400);
    expect(answer.text.match(/aria-invalid="true"/g)).toHaveLength(2);
    expect(textOf(answer.text)).toContain("Enter your email address");
    expect(textOf(answer.text)).toContain("Enter your password");
  });

  it("tells of a disabled account, with 400", async () => {
    const { email } = await newUser({ isActive: false });
    const answer = await signIn({ email, password });
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect(textOf(answer.text)).toContain("Account is disabled");
  });

  it("an address that no database could hold is an unknown one", async () => {
    const answer = await signIn({ email: "a\u0000@example.com", password });
    expect(answer.status).toBe(400);
    expect(textOf(answer.text)).toContain("Invalid email or password");
  });

  it("gives a new identifier at each sign-in; one that was planted before is worth nothing", async () => {
    const { email } = await newUser();
    const [first, second] = [await signIn({ email, password }), await signIn({ email, password })];
    expect(cookiesAfter(first)).not.toBe(cookiesAfter(second));
    const planted = `holdfast_session=${"a".repeat(43)}`;
    const third = await signIn({ email, password }, "", planted);
    expect(third.status).toBe(303);
    expect((await visit(server.url, "/tasks", { cookie: planted })).status).toBe(303);
  });

  it("a session that ended before does not come back with a new sign-in", async () => {
    const { email } = await newUser();
    const old = cookiesAfter(await signIn({ email, password }));
    await submit(server.url, "/logout", {}, { cookie: old });
    expect((await signIn({ email, password }, "", old)).status).toBe(303);
    expect((await visit(server.url, "/tasks", { cookie: old })).status).toBe(303);
  });

  it("over a session that is open ends that one: a copy of its cookie is dead", async () => {
    const { email } = await newUser();
    const old = cookiesAfter(await signIn({ email, password }));
    const answer = await signIn({ email, password }, "", old);
    expect(answer.status).toBe(303);
    expect((await visit(server.url, "/tasks", { cookie: old })).status).toBe(303);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) })).status).toBe(200);
  });

  it("by GET signs nobody in, not even with the right password", async () => {
    const { email, id } = await newUser();
    const query = new URLSearchParams({ intent: "sign-in", email, password }).toString();
    for (const path of ["/login", "/login.data"]) {
      const answer = await visit(server.url, `${path}?${query}`);
      expect([answer.status, answer.cookies]).toEqual([200, []]);
    }
    expect((await api(server.url, "GET", `/auth/login?${query}`)).status).toBe(405);
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
  });

  it.each(["/login", "/signup", "/"])("%s sends a signed-in person to /tasks", async (path) => {
    const answer = await visit(server.url, path, { cookie: await newCookie(await newUser()) });
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
  });

  it("takes forms only", async () => {
    const { status } = await submit(server.url, "/login", {}, {}, { "Content-Type": "application/json" });
    expect(status).toBe(415);
  });
});

describe("/signup", () => {
  const input = (fields: Fields = {}) => ({
    name: "",
    email: `${randomUUID()}@example.com`,
    password,
    confirmPassword: password,
    ...fields,
  });

  it("makes an account, signed in for this browser session, and goes to /tasks", async () => {
    const fields = input();
    const answer = await signUp(fields);
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    expect(answer.cookies.find((cookie) => cookie.startsWith("holdfast_session="))).not.toMatch(/Expires|Max-Age/);
    const page = await visit(server.url, "/settings", { cookie: cookiesAfter(answer) });
    expect(page.text).toContain(fields.email);
  });

  it.each([
    [{ confirmPassword: "another" }, "Passwords do not match"],
    [{ password: "short", confirmPassword: "short" }, "Password must be at least 8 characters"],
    [{ email: "nobody" }, "Enter an email address"],
    [{ password: "password1", confirmPassword: "password1" }, "common"],
  ])("%j: 400, %s, with what was typed but the password", async (wrong, message) => {
    const fields = input({ name: "Grace", ...wrong });
    const answer = await signUp(fields);
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect(textOf(answer.text)).toContain(message);
    expect(answer.text).toContain('aria-invalid="true"');
    expect(answer.text).toContain(`value="${fields.email}"`);
    expect(answer.text).toContain('value="Grace"');
    expect(answer.text).not.toContain(fields.password);
    expect(await db().user.count({ where: { email: fields.email } })).toBe(0);
  });

  it("says that an address has an account", async () => {
    const { email } = await newUser();
    const answer = await signUp(input({ email: email.toUpperCase() }));
    expect(answer.status).toBe(400);
    expect(textOf(answer.text)).toContain("Email already registered");
  });
});

describe("/logout", () => {
  it("ends the session: a saved copy of the cookie is dead at once", async () => {
    const user = await newUser();
    const [cookie, elsewhere] = [await newCookie(user), await newCookie(user)];
    const answer = await submit(server.url, "/logout", {}, { cookie });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect(answer.cookies).toContainEqual(expect.stringMatching(/^holdfast_session=; Max-Age=0; Path=\//));
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(303);
    expect((await visit(server.url, "/tasks", { cookie: elsewhere })).status).toBe(200);
  });

  it("by GET changes nothing", async () => {
    const cookie = await newCookie(await newUser());
    const answer = await visit(server.url, "/logout", { cookie });
    expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
  });

  it("of somebody who is signed out already ends at /login too", async () => {
    const answer = await submit(server.url, "/logout", {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  });
});

/** The time for which an identifier outlives its renewal is over. */
const tenSecondsLater = (user: { id: string }) =>
  db().session.updateMany({ where: { userId: user.id }, data: { previousUntil: new Date() } });

describe("proving again who one is", () => {
  const next = "another walk, before lunch";
  it.each<[string, string, Fields]>([
    ["at /settings/confirm", "/settings/confirm", { password }],
    [
      "with a change of password",
      "/settings",
      { intent: "password", currentPassword: password, newPassword: next, confirmPassword: next },
    ],
  ])("%s gives the browser a new identifier: a copy of the old cookie is dead", async (_name, path, fields) => {
    const session = await openSession(await newUser());
    const old = await cookieOf(session);
    const answer = await submit(server.url, path, fields, { cookie: old, address: newAddress() });
    expect(answer.status).toBe(303);
    const cookie = cookiesAfter(answer);
    expect(answer.cookies.find((one) => one.startsWith("holdfast_session="))).toMatch(
      /^holdfast_session=[\w.-]+; Path=\/; Expires=.+GMT; HttpOnly; SameSite=Lax$/,
    );
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
    // Requests that were on their way still arrive, and leave the cookie alone.
    const late = await visit(server.url, "/tasks", { cookie: old });
    expect([late.status, late.cookies]).toEqual([200, []]);
    await tenSecondsLater(session.user);
    const stolen = await visit(server.url, "/tasks", { cookie: old });
    expect([stolen.status, stolen.cookies]).toEqual([303, []]);
    expect(await db().session.count({ where: { userId: session.user.id } })).toBe(1);
  });

  it("in the question before a sensitive change gives a new one too, and so does turning two-step sign-in off", async () => {
    const user = await newUser();
    const { secret } = await withTotp(user);
    const session = await openSession(user, undefined, new Date(Date.now() - 11 * 60_000));
    const address = newAddress();
    const first = await cookieOf(session);
    const fields = { intent: "end-other-sessions", proofPassword: password };
    const second = cookiesAfter(await submit(server.url, "/settings", fields, { cookie: first, address }));
    const off = { intent: "turn-off", password, code: codeOf(secret) };
    const third = cookiesAfter(await submit(server.url, "/settings/two-step", off, { cookie: second, address }));
    await tenSecondsLater(user);
    const statuses = [];
    for (const cookie of [first, second, third]) statuses.push((await visit(server.url, "/tasks", { cookie })).status);
    expect(statuses).toEqual([303, 303, 200]);
  });

  it("wrongly changes nothing", async () => {
    const cookie = await newCookie(await newUser());
    const fields = { password: "not the password" };
    const answer = await submit(server.url, "/settings/confirm", fields, { cookie, address: newAddress() });
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
  });
});

describe("a cookie that cannot be read", () => {
  const good = async () => (await newCookie(await newUser())).replace("holdfast_session=", "");
  it.each<[string, (value: string) => string]>([
    ["altered", (value) => value.slice(0, -2) + (value.endsWith("AA") ? "BB" : "AA")],
    ["cut off", (value) => value.slice(0, 50)],
    ["empty", () => ""],
    ["garbage", () => "%%%"],
    ["plain JSON", () => encodeURIComponent('{"session":"x"}')],
    ["a user's id", () => randomUUID()],
    ["very long", () => "a".repeat(7_000)],
  ])("%s means signed out, and never a 5xx", async (_name, change) => {
    const cookie = `holdfast_session=${change(await good())}`;
    const answer = await visit(server.url, "/tasks", { cookie });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login?redirect=%2Ftasks"]);
    expect((await visit(server.url, "/login", { cookie })).status).toBe(200);
    expect((await visit(server.url, "/nowhere", { cookie })).status).toBe(404);
    expect((await submit(server.url, "/logout", {}, { cookie })).status).toBe(303);
  });

  it("an access token in the cookie is none, nor a refresh token", async () => {
    const user = await newUser();
    const program = await openSession(user, { via: "bearer" });
    for (const value of [
      await newToken(user),
      program.secret,
      await cookieOf(program).then((sealed) => sealed.split("=")[1]),
    ])
      expect((await visit(server.url, "/tasks", { cookie: `holdfast_session=${value ?? ""}` })).status).toBe(303);
  });
});

describe("the way back after signing in", () => {
  it("keeps path and query, for documents and for data", async () => {
    const answer = await visit(server.url, "/tasks?status=active&q=%26");
    expect(answer.headers.location).toBe(`/login?redirect=${encodeURIComponent("/tasks?status=active&q=%26")}`);
    const data = await visit(server.url, "/tasks.data?status=active&_routes=tasks%2Fpages%2Flist");
    expect(data.text).toContain(`/login?redirect=${encodeURIComponent("/tasks?status=active")}`);
  });
});

describe("a session in use", () => {
  it("gets a new cookie when its idle limit moves, and none in between", async () => {
    const user = await newUser();
    const session = await openSession(
      user,
      { via: "cookie", remembered: true },
      new Date(Date.now() - 25 * 60 * 60 * 1000),
    );
    const cookie = await cookieOf(session);
    const answer = await visit(server.url, "/tasks", { cookie });
    expect([answer.status, answer.cookies.length]).toEqual([200, 1]);
    expect(answer.cookies[0]).toMatch(/^holdfast_session=.+; Expires=.+GMT; HttpOnly; SameSite=Lax$/);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) })).cookies).toEqual([]);
    const row = await db().session.findUniqueOrThrow({ where: { id: session.actor.sessionId } });
    expect(row.expiresAt.getTime()).toBeGreaterThan(Date.now() + 6.9 * 24 * 60 * 60 * 1000);
    expect(row.endsAt.getTime()).toBeLessThan(Date.now() + absoluteLimit);
  });
});
