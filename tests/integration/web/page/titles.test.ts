import { afterAll, beforeAll, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { send, submit, textOf, visit, type Answer } from "../../../support/http";
import { cookieOf, newUser, openSession } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* What the browser's tab says, and that a page of an error knows who is there, whatever it answers. */

let server: RunningServer;
let closed: RunningServer;
let cookie: string;
let staleCookie: string;

beforeAll(async () => {
  const { databaseUrl } = config();
  [server, closed] = await Promise.all([
    startServer({ databaseUrl }),
    startServer({ databaseUrl, env: { SIGNUP: "closed" } }),
  ]);
  const session = await openSession(await newUser());
  for (let index = 0; index < 51; index++) await createTask(session.actor, { title: `Task ${index}` });
  cookie = await cookieOf(session);
  const stale = await openSession(await newUser());
  await db().session.update({ where: { id: stale.actor.sessionId }, data: { provenAt: new Date(0) } });
  staleCookie = await cookieOf(stale);
});

afterAll(() => Promise.all([server.stop(), closed.stop()]));

const titleOf = ({ text }: Answer) => /<title>(.*?)<\/title>/.exec(text)?.[1]?.replaceAll("&quot;", '"');

it.each([
  ["/tasks", "Tasks"],
  ["/tasks?page=2", "Tasks, page 2"],
  ["/tasks?status=active", "Active tasks"],
  ["/tasks?status=completed", "Completed tasks"],
  ["/tasks?status=active&page=2", "Active tasks, page 2"],
  ["/tasks?priority=high", "High-priority tasks"],
  ["/tasks?status=active&priority=medium&q=task&page=2", "Active medium-priority tasks with “task”, page 2"],
  ["/tasks?q=50%25+%22off%22", 'Tasks with “50% "off"”'],
])("the view %s is called %s", async (path, title) => {
  expect(titleOf(await visit(server.url, path, { cookie }))).toBe(`${title} · Holdfast`);
});

it.each<[string, string, () => Promise<Answer>]>([
  ["an address that is none", "Page not found", () => visit(server.url, "/nowhere", { cookie })],
  ["one that is none, for a stranger", "Page not found", () => visit(server.url, "/nowhere")],
  ["a task that is not there", "Page not found", () => visit(server.url, "/tasks/999", { cookie })],
  ["its question", "Page not found", () => visit(server.url, "/tasks/999/delete", { cookie })],
  ["a passkey that is not there", "Page not found", () => visit(server.url, "/settings/passkeys/none", { cookie })],
  ["a form about no task", "Page not found", () => submit(server.url, "/tasks/999", { title: "x" }, { cookie })],
  ["a problem of no name", "Page not found", () => visit(server.url, "/problems/none")],
  ["a dead link", "This link no longer works", () => visit(server.url, "/verify-email?token=gone", { cookie })],
  [
    "another site’s form",
    "That is not allowed",
    () => submit(server.url, "/tasks", {}, { cookie }, { Origin: "https://a.example" }),
  ],
  [
    "a wrong method",
    "That is not how this page is used",
    () => send(server.url, "/logout", { headers: { Cookie: cookie } }),
  ],
  ["closed sign-up", "Sign-up is closed", () => visit(closed.url, "/signup")],
  [
    "a question for a proof",
    "Is it you?",
    () => submit(server.url, "/settings", { intent: "end-other-sessions" }, { cookie: staleCookie }),
  ],
])("%s is called %s", async (_what, title, ask) => {
  expect(titleOf(await ask())).toBe(`${title} · Holdfast`);
});

it.each<[string, number, () => Promise<Answer>]>([
  ["a form about a task that is gone", 404, () => submit(server.url, "/tasks/999", { title: "x" }, { cookie })],
  ["its deletion", 404, () => submit(server.url, "/tasks/999/delete", {}, { cookie })],
  ["a click in the list", 404, () => submit(server.url, "/tasks", { intent: "complete", number: "999" }, { cookie })],
  [
    "a form of the settings",
    404,
    () => submit(server.url, "/settings", { intent: "end-session", sessionId: "none" }, { cookie }),
  ],
  [
    "a body that is no form",
    415,
    () =>
      send(server.url, "/tasks", {
        method: "POST",
        headers: { Cookie: cookie, "Content-Type": "text/plain" },
        body: "x",
      }),
  ],
  ["a page without forms", 405, () => submit(server.url, "/dashboard", {}, { cookie })],
])("%s is refused by a page that knows who is there", async (_what, status, ask) => {
  const answer = await ask();
  expect(answer.status).toBe(status);
  expect(textOf(answer.text)).toContain("Tasks Dashboard Settings Sign out");
  expect(answer.text).toContain('href="/tasks"');
});

it("a stranger's page of an error has nothing of that", async () => {
  const answer = await submit(server.url, "/check-email", { any: "thing" });
  expect(answer.status).toBe(405);
  expect(textOf(answer.text)).not.toContain("Sign out");
});
