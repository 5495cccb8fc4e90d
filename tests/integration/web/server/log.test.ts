import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { api, cookiesAfter, send, submit, visit } from "../../../support/http";
import { startServer, testSecrets } from "../../../support/server";

it("a whole scenario leaves no secret, no body and no address of a person in the log or the audit table", async () => {
  const server = await startServer({ databaseUrl: config().databaseUrl, env: { LOG_LEVEL: "trace" } });
  const secrets = new Set(Object.values(testSecrets));
  const secret = (value: string) => {
    secrets.add(value);
    return value;
  };
  const { url } = server;
  const email = secret(`${randomUUID()}@example.com`);
  const password = secret(`${randomUUID()} password`);
  const title = secret(`${randomUUID()} title`);
  const cookieOf = (answer: Awaited<ReturnType<typeof visit>>) => {
    const cookie = cookiesAfter(answer);
    for (const pair of cookie.split("; ")) if (pair.startsWith("holdfast_session=")) secret(pair.split("=")[1] ?? "");
    return cookie;
  };

  const signUp = await submit(url, "/signup", { name: "", email, password, confirmPassword: password });
  const cookie = cookieOf(signUp);
  expect(signUp.status).toBe(303);
  cookieOf(await submit(url, "/login", { email, password, remember: "on" }));
  await submit(url, "/login", { email, password: secret(`${randomUUID()} wrong`) });
  await submit(url, "/login", { email, password: secret("x".repeat(5000)) });
  await submit(url, "/tasks", { intent: "add", title, priority: "low" }, { cookie });
  await visit(url, `/tasks?q=${encodeURIComponent(title)}`, { cookie });
  await visit(url, "/tasks/1", { cookie: `${cookie}x` });
  const newPassword = secret(`${randomUUID()} new`);
  const change = { intent: "password", currentPassword: password, newPassword, confirmPassword: newPassword };
  const changed = await submit(url, "/settings", change, { cookie });
  expect(changed.status).toBe(303);
  const renewed = cookieOf(changed);

  const login = await api(url, "POST", "/auth/login", {}, { email, password: newPassword });
  expect(login.status).toBe(200);
  const tokens = login.json<{ access_token: string; refresh_token: string }>();
  secret(tokens.access_token);
  secret(tokens.refresh_token);
  const token = tokens.access_token;
  await api(url, "POST", "/tasks", { token }, { title });
  await send(url, "/api/tasks", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: `{"title":"${title}`,
  });
  await api(url, "GET", `/tasks?access_token=${token}`, { token: `${token}x` });
  await visit(url, `/${token}`, {});
  await visit(url, `/api/${tokens.refresh_token}`, {});
  await visit(url, `/login?redirect=${encodeURIComponent(email)}`);
  await send(url, `/%?password=${encodeURIComponent(password)}`);
  const refreshed = await api(url, "POST", "/auth/refresh", {}, { refresh_token: tokens.refresh_token });
  secret(String(refreshed.json().refresh_token));
  await db().usedRefreshToken.updateMany({ data: { usedAt: new Date(0) } });
  expect((await api(url, "POST", "/auth/refresh", {}, { refresh_token: tokens.refresh_token })).status).toBe(401);
  expect((await submit(url, "/logout", {}, { cookie: renewed })).status).toBe(303);
  await server.stop();

  const lines = server.log().trim().split("\n");
  const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => "route" in line);
  expect(requests.length).toBeGreaterThan(15);
  for (const line of requests)
    expect(line).toMatchObject({
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      method: expect.any(String) as string,
      status: expect.any(Number) as number,
      ms: expect.any(Number) as number,
    });
  const userId = (await db().user.findUniqueOrThrow({ where: { email } })).id;
  expect(requests).toContainEqual(
    expect.objectContaining({ route: "/api/tasks", method: "POST", status: 201, userId }),
  );
  expect(requests).toContainEqual(expect.objectContaining({ route: "/tasks/:id" }));

  const kinds = (await db().auditEvent.findMany({ where: { userId } })).map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(["sign_up", "sign_in", "sign_in_failed", "password_changed", "sign_out"]),
  );
  expect(kinds).toContain("refresh_replayed");
  const audit = JSON.stringify(await db().auditEvent.findMany());
  expect(secrets.size).toBeGreaterThan(10);
  for (const hidden of secrets)
    for (const form of [hidden, encodeURIComponent(hidden), JSON.stringify(hidden).slice(1, -1)]) {
      expect(server.log()).not.toContain(form);
      expect(audit).not.toContain(form);
    }
});
