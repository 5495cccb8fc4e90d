import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { databaseKind } from "../../../support/databases";
import { api, submit, textOf, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";
import { startTcpProxy, type TcpProxy } from "../../../support/tcp-proxy";

/** The answers while the database is away. */
describe.runIf(databaseKind === "postgresql")("while the database is away", () => {
  let proxy: TcpProxy;
  let server: RunningServer;
  let caller: { cookie: string };
  let token: string;

  beforeAll(async () => {
    proxy = await startTcpProxy(config().databaseUrl);
    server = await startServer({ databaseUrl: proxy.url });
    const user = await newUser();
    caller = { cookie: await newCookie(user) };
    token = await newToken(user);
  });

  afterAll(async () => {
    proxy.heal();
    expect(await server.stop()).toBe(0);
    await proxy.stop();
  });

  beforeEach(() => proxy.refuse());

  function expectUnavailable(answer: Answer): void {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(answer.headers["cache-control"]).toContain("no-store");
  }

  const pages = ["/", "/tasks", "/tasks/1", "/tasks/1/delete", "/dashboard", "/settings", "/settings/tokens"].concat(
    ["/settings/passkeys", "/settings/two-step", "/settings/log", "/settings/data", "/settings/delete"],
    ["/settings/email", "/login", "/signup", "/verify-email?token=x", "/reset-password?token=x"],
  );

  it.each(pages)(
    "GET %s says so, and neither that the person is signed out nor anything of what went wrong",
    async (path) => {
      const answer = await visit(server.url, path, caller);
      expectUnavailable(answer);
      const words = textOf(answer.text);
      expect(words).toContain("Not available just now");
      expect(words).toContain("Try again");
      expect(words).toContain("Sign out");
      expect(words).not.toMatch(/Sign in|ECONN|Prisma|postgres| at /);
      expect(answer.cookies).toEqual([]);
    },
  );

  it("pages that need nothing of it are there as ever", async () => {
    expect((await visit(server.url, "/docs", caller)).status).toBe(200);
    expect((await visit(server.url, "/problems/unavailable")).status).toBe(200);
    expect((await visit(server.url, "/login")).status).toBe(200);
  });

  it("a form whose page can be drawn comes back filled in, its password excepted", async () => {
    const typed = { email: "ada@example.com", password: "a password that stays here" };
    const answer = await submit(server.url, "/login", { ...typed, remember: "on" });
    expectUnavailable(answer);
    expect(answer.text).toContain('<h1 class="mb-8">Sign in</h1>');
    expect(answer.text).toMatch(/<input[^>]* name="email"[^>]* value="ada@example.com"/);
    expect(answer.text).toMatch(/role="alert"[^>]*>The database cannot be used just now/);
    expect(answer.text).not.toContain(typed.password);
    expect(answer.cookies).toEqual([]);
  });

  it("another is kept in a page that sends it again, and then it has its effect", async () => {
    const typed = {
      intent: "add",
      title: 'Milk & "bread"',
      description: "two\nlines",
      priority: "high",
      dueDate: "2030-01-02",
    };
    const answer = await submit(server.url, "/tasks?status=active", typed, caller);
    expectUnavailable(answer);
    expect(textOf(answer.text)).toContain('Milk & "bread"');
    const form = /<form[^>]*action="([^"]*)"[^>]*>((?:(?!<\/form>)[\s\S])*Try again)/.exec(answer.text);
    const hidden = (form?.[2] ?? "").matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    const fields: Record<string, string> = {};
    for (const [, name = "", value = ""] of hidden) fields[name] = textOf(value).replace("two lines", "two\nlines");
    // The page's key goes with it, so that a second click does not add it twice.
    expect(fields).toEqual({ ...typed, formKey: expect.any(String) as string });
    const action = (form?.[1] ?? "").replaceAll("&amp;", "&");
    expect(action).toBe("/tasks?status=active");

    proxy.heal();
    const again = await submit(server.url, action, fields, caller);
    expect([again.status, again.headers.location]).toEqual([303, "/tasks?status=active"]);
    expect(textOf((await visit(server.url, "/tasks", caller)).text)).toContain('Milk & "bread"');
  });

  it("a change of the password keeps none of the passwords", async () => {
    const secrets = {
      currentPassword: password,
      newPassword: "new words to walk by",
      confirmPassword: "new words to walk by",
    };
    const answer = await submit(server.url, "/settings", { intent: "password", ...secrets }, caller);
    expectUnavailable(answer);
    for (const secret of Object.values(secrets)) expect(answer.text).not.toContain(secret);
  });

  it("signing out does not pretend to have happened", async () => {
    const answer = await submit(server.url, "/logout", {}, caller);
    expectUnavailable(answer);
    expect(answer.cookies).toEqual([]);
  });

  it("the same forms sent by a script get 503 and what was typed", async () => {
    const answer = await submit(server.url, "/tasks.data", { intent: "add", title: "By script" }, caller);
    expectUnavailable(answer);
    expect(answer.text).toContain("By script");
    expectUnavailable(await visit(server.url, "/tasks.data", caller));
    expectUnavailable(await submit(server.url, "/login/passkey-options", {}));
  });

  it("/api answers with a problem document that programs can tell apart", async () => {
    for (const answer of [
      await api(server.url, "GET", "/tasks", { token }),
      await api(server.url, "POST", "/tasks", { token }, { title: "Milk" }),
      await api(server.url, "POST", "/auth/login", {}, { email: "ada@example.com", password }),
    ]) {
      expectUnavailable(answer);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(answer.json()).toMatchObject({ status: 503, title: "Not available just now" });
      expect(answer.text).toContain("/problems/unavailable");
    }
  });

  it("the log has one line of it, and no stack", () => {
    const lines = server.log().split("\n");
    const told = lines.filter((line) => line.includes("the database cannot be used"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('"trouble":"unreachable"');
    expect(lines.filter((line) => line.includes('"stack"'))).toEqual([]);
  });

  it("everything works again once it is back, without a restart", async () => {
    proxy.heal();
    expect((await visit(server.url, "/tasks", caller)).status).toBe(200);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
  });
});
