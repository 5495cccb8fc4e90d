import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { cookiesAfter, newAddress, send, submit, textOf, visit } from "../../../support/http";
import { cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Taking one's data along and deleting the account, as a browser without JavaScript does it. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

/** A signed-in account, whose last proof is so many minutes old. */
async function person(minutes = 0) {
  const user = await newUser();
  const session = await openSession(user, { via: "cookie", remembered: true }, new Date(Date.now() - minutes * 60_000));
  return { user, cookie: await cookieOf(session), address: newAddress() };
}

const exportsOf = (userId: string) => db().auditEvent.count({ where: { userId, kind: "data_exported" } });

describe.each([
  ["/settings/data", "everything", "application/json", /^attachment; filename="holdfast-[\d-]{10}\.json"$/],
  ["/settings/data", "tasks", "text/csv; charset=utf-8", /^attachment; filename="holdfast-tasks-[\d-]{10}\.csv"$/],
  [
    "/settings/log",
    "download",
    "text/csv; charset=utf-8",
    /^attachment; filename="holdfast-security-log-[\d-]{10}\.csv"$/,
  ],
])("%s: %s", (path, intent, type, disposition) => {
  it("is a file that nobody keeps on the way, and is noted", async () => {
    const { user, ...caller } = await person();
    const answer = await submit(server.url, path, { intent }, caller);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": type,
      "content-disposition": expect.stringMatching(disposition) as string,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    if (intent === "everything") expect(answer.json().account).toMatchObject({ id: user.id });
    else expect(answer.text.startsWith('\uFEFF"')).toBe(true);
    expect(await exportsOf(user.id)).toBe(1);
  });

  it("asks for the password when the last proof is old, then gives the file and a new cookie", async () => {
    const { user, ...caller } = await person(11);
    const asked = await submit(server.url, path, { intent }, caller);
    expect([asked.status, textOf(asked.text).includes("Is it you?")]).toEqual([403, true]);
    expect(asked.headers["content-disposition"]).toBeUndefined();
    const wrong = await submit(server.url, path, { intent, proofPassword: "not the password" }, caller);
    expect(wrong.status).toBe(400);
    expect(await exportsOf(user.id)).toBe(0);

    const file = await submit(server.url, path, { intent, proofPassword: password }, caller);
    expect([file.status, file.headers["content-type"]]).toEqual([200, type]);
    expect((await submit(server.url, path, { intent }, { cookie: cookiesAfter(file) })).headers["content-type"]).toBe(
      type,
    );
  });

  it("is not to be had by GET, by nobody's request, or from another site", async () => {
    const { user, ...caller } = await person();
    expect((await visit(server.url, `${path}?intent=${intent}`, caller)).headers["content-type"]).toMatch(
      /^text\/html/,
    );
    const anonymous = await submit(server.url, path, { intent }, { address: newAddress() });
    expect([anonymous.status, anonymous.headers.location]).toEqual([
      303,
      `/login?redirect=${encodeURIComponent(path)}`,
    ]);
    const foreign = await submit(server.url, path, { intent }, caller, { Origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    expect(await exportsOf(user.id)).toBe(0);
  });

  it("a script that asks gets no file", async () => {
    const { user: _user, ...caller } = await person();
    const answer = await submit(server.url, `${path}.data`, { intent }, caller);
    expect(answer.headers["content-disposition"]).toBeUndefined();
  });
});

it("a download that breaks off is no fault of the server's, and the next one is whole", async () => {
  const { user, ...caller } = await person();
  const at = new Date();
  await db().task.createMany({
    data: Array.from({ length: 2_000 }, (_, index) => ({
      ...{ userId: user.id, number: index + 1, title: "t".repeat(200), titleKey: "t", createdAt: at, updatedAt: at },
      description: "d".repeat(5_000),
    })),
  });
  const body = new URLSearchParams({ intent: "everything" }).toString();
  const leaving = new AbortController();
  const answer = await fetch(`${server.url}/settings/data`, {
    method: "POST",
    headers: { Cookie: caller.cookie, "Content-Type": "application/x-www-form-urlencoded" },
    body,
    signal: leaving.signal,
  });
  await answer.body?.getReader().read();
  leaving.abort();
  const whole = await submit(server.url, "/settings/data", { intent: "everything" }, caller);
  expect(whole.json<{ tasks: unknown[] }>().tasks).toHaveLength(2_000);
  expect(server.log()).not.toContain('"level":50');
});

describe("/settings/delete", () => {
  it("asks for the password in the form itself, however fresh the last proof", async () => {
    const { user, ...caller } = await person();
    for (const fields of [{}, { password: "" }, { password: "not the password" }, { proofPassword: password }])
      expect((await submit(server.url, "/settings/delete", fields as Record<string, string>, caller)).status).toBe(400);
    expect(await db().user.count({ where: { id: user.id } })).toBe(1);
  });

  it("deletes, signs the browser out, says so once, and leaves a line in the log", async () => {
    const { user, ...caller } = await person(60);
    const gone = await submit(server.url, "/settings/delete", { password }, caller);
    expect([gone.status, gone.headers.location]).toEqual([303, "/login"]);
    expect(gone.cookies).toContainEqual(expect.stringMatching(/^holdfast_session=; .*Max-Age=0/));
    const page = await visit(server.url, "/login", { cookie: cookiesAfter(gone) });
    expect(textOf(page.text)).toContain("Your account and everything in it is deleted");
    expect((await visit(server.url, "/settings", caller)).status).toBe(303);
    const line = server
      .log()
      .split("\n")
      .find((text) => text.includes('"msg":"account deleted"'));
    expect(line).toContain(`"userId":"${user.id}"`);
    expect(server.log()).not.toContain(user.email);
  });

  it("deletes nothing by GET", async () => {
    const { user, ...caller } = await person();
    expect((await visit(server.url, "/settings/delete?intent=delete-account", caller)).status).toBe(200);
    expect((await send(server.url, "/settings/delete")).status).toBe(303);
    expect(await db().user.count({ where: { id: user.id } })).toBe(1);
  });
});
