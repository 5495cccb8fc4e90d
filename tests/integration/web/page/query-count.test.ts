import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { startCountingProxy } from "../../../support/counting-proxy";
import { databaseKind } from "../../../support/databases";
import { api, submit, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, openSession } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Statements that reach the database, counted outside of the program: at the driver's door or on the wire. */

let server: RunningServer;
let statements: () => number;
let stop: () => Promise<unknown>;
let token: string;
let cookie: string;

beforeAll(async () => {
  const { databaseUrl } = config();
  if (databaseKind === "postgresql") {
    const proxy = await startCountingProxy(databaseUrl);
    server = await startServer({ databaseUrl: proxy.url });
    statements = proxy.statements;
    stop = () => server.stop().then(() => proxy.stop());
  } else {
    const hook = pathToFileURL(path.resolve(import.meta.dirname, "../../../support/count-queries.mjs")).href;
    server = await startServer({ databaseUrl, env: { NODE_OPTIONS: `--import ${hook}` } });
    statements = () => server.log().split("STATEMENT\n").length - 1;
    stop = () => server.stop();
  }
  const user = await newUser();
  const { actor } = await openSession(user);
  for (let number = 1; number <= 60; number++) await createTask(actor, { title: `task ${number}` });
  [token, cookie] = [await newToken(user), await newCookie(user)];
  // What the server does beside the requests on a new database is no request's.
  const unfinished = () => db().dataStep.count({ where: { finishedAt: null } });
  await vi.waitFor(async () => expect(await unfinished()).toBe(0), { timeout: 60_000, interval: 20 });
});

afterAll(() => stop());

/** Asks, and waits for the request's line in the log: what it asked of the database was written before that. */
async function asked(ask: () => Promise<Answer>): Promise<Answer> {
  const lines = () => server.log().split('"status":').length;
  const before = lines();
  const answer = await ask();
  await expect.poll(lines, { interval: 5 }).toBeGreaterThan(before);
  return answer;
}

/** How many statements a request takes, once everything that is made at first use is there. */
async function count(ask: () => Promise<Answer>, status: number): Promise<number> {
  expect((await asked(ask)).status).toBe(status);
  const before = statements();
  expect((await asked(ask)).status).toBe(status);
  return statements() - before;
}

it("counts: a request that asks the database nothing has none, one of a signed-in person has some", async () => {
  expect(await count(() => api(server.url, "GET", "/tasks"), 401)).toBe(0);
  expect(await count(() => api(server.url, "GET", "/auth/me", { token }), 200)).toBe(1);
});

it.each(["", "?limit=100", "?q=task&sort=title", "?offset=50"])(
  "GET /api/tasks%s takes two statements",
  async (query) => {
    expect(await count(() => api(server.url, "GET", `/tasks${query}`, { token }), 200)).toBe(2);
  },
);

it.each(["/tasks", "/tasks?page=2", "/tasks.data", "/tasks/1"])("the page %s takes two statements", async (page) => {
  expect(await count(() => visit(server.url, page, { cookie }), 200)).toBe(2);
});

it("the dashboard takes three, whatever the number of days and tasks", async () => {
  expect(await count(() => visit(server.url, "/dashboard", { cookie }), 200)).toBeLessThanOrEqual(3);
});

it("changing a task takes two, on the API as on a page", async () => {
  expect(await count(() => api(server.url, "PATCH", "/tasks/1", { token }, { completed: true }), 200)).toBe(2);
  expect(await count(() => submit(server.url, "/tasks", { intent: "complete", number: "1" }, { cookie }), 303)).toBe(2);
});
