import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { cookiesAfter, submit, textOf, visit, type Answer, type Caller } from "../../../support/http";
import { newCookie, newUser, openSession, cookieOf } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* The message after an action: on the page that the action leads to, once, and on no other. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

async function person(tasks: number) {
  const session = await openSession(await newUser());
  for (let index = 1; index <= tasks; index++) await createTask(session.actor, { title: `Task ${index}` });
  return cookieOf(session);
}

const isFlash = (cookie: string) => cookie.startsWith("holdfast_flash=");

/** A browser's cookies: those of the session, and the message's while there is one. */
class Browser {
  #message = "";
  constructor(readonly session: string) {}

  get caller(): Caller {
    return { cookie: [this.session, this.#message].filter(Boolean).join("; ") };
  }

  take(answer: Answer): Answer {
    const set = answer.cookies.filter(isFlash).at(-1);
    if (set !== undefined) this.#message = cookiesAfter({ ...answer, cookies: [set] });
    return answer;
  }

  visit = async (path: string) => this.take(await visit(server.url, path, this.caller));
  submit = async (path: string, fields: Record<string, string>) =>
    this.take(await submit(server.url, path, fields, this.caller));
}

const messageOf = ({ text }: Answer) => textOf(/<div role="status">(.*?)<\/div>/.exec(text)?.[1] ?? "");
const place = ({ headers }: Answer) => String(headers.location).split("#")[0] ?? "";

describe("a message", () => {
  it("is shown once", async () => {
    const browser = new Browser(await person(1));
    const answer = await browser.submit("/tasks", { intent: "complete", number: "1" });
    expect(answer.status).toBe(303);
    expect(messageOf(await browser.visit(place(answer)))).toBe("Task completed");
    expect(messageOf(await browser.visit(place(answer)))).toBe("");
  });

  it.each(["/dashboard", "/settings", "/tasks/2", "/nowhere", "/tasks.data?_routes=tasks%2Fpages%2Fdashboard"])(
    "waits while another tab opens %s",
    async (elsewhere) => {
      const browser = new Browser(await person(2));
      const answer = await browser.submit("/tasks?status=active", { intent: "complete", number: "1" });
      expect((await browser.visit(elsewhere)).text).not.toContain("Task completed");
      expect(messageOf(await browser.visit(place(answer)))).toBe("Task completed");
    },
  );

  it("is taken along by every further redirect", async () => {
    const browser = new Browser(await person(51));
    const last = "/tasks?sort=created_at&page=2";
    await browser.submit("/tasks/51/delete", {});
    const answer = await browser.visit(last);
    expect([answer.status, place(answer)]).toEqual([303, "/tasks?sort=created_at"]);
    expect(messageOf(await browser.visit(place(answer)))).toBe("Task deleted");
  });

  it("is taken along in the browser's own code too", async () => {
    const browser = new Browser(await person(51));
    await browser.submit("/tasks/51/delete", {});
    const answer = await browser.visit("/tasks.data?sort=created_at&page=2");
    expect(answer.status).toBe(202);
    expect(messageOf(await browser.visit("/tasks?sort=created_at"))).toBe("Task deleted");
  });

  it("is taken along to another path", async () => {
    const session = await person(0);
    // What a sign-in that leads to the first page leaves behind.
    const flash = "holdfast_flash=backup-codes-left-3%40%2F";
    const answer = await visit(server.url, "/", { cookie: `${session}; ${flash}` });
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    const cookie = `${session}; ${cookiesAfter(answer)}`;
    expect(messageOf(await visit(server.url, "/tasks", { cookie }))).toContain("You have 3 more");
  });

  it.each([
    ["words", "<b>You have won</b>"],
    ["a name of no message", "constructor"],
    ["another name of no message", "__proto__@/tasks"],
    ["a number where none belongs", "task-added-elsewhere"],
    ["a number that is none", "task-added-elsewhere.0x1@/tasks"],
    ["a number that is too long", `task-added-elsewhere.${"9".repeat(40)}@/tasks`],
    ["a path that is none", "task-added@evil.example"],
  ])("says nothing of %s", async (_what, value) => {
    const cookie = `${await newCookie(await newUser())}; holdfast_flash=${encodeURIComponent(value)}`;
    const answer = await visit(server.url, "/tasks", { cookie });
    expect([answer.status, messageOf(answer)]).toEqual([200, ""]);
  });
});

describe("a session's cookie of another instance on this host", () => {
  const foreign = "holdfast_session=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoib3RoZXIifQ..AAAA.BBBB.CCCC";
  const touched = ({ cookies }: Answer) => cookies.filter((cookie) => cookie.startsWith("holdfast_session="));

  it("stays, whatever is asked for with it", async () => {
    for (const path of ["/", "/login", "/tasks", "/tasks.data", "/nowhere"])
      expect(touched(await visit(server.url, path, { cookie: foreign })), path).toEqual([]);
    expect(touched(await submit(server.url, "/logout", {}, { cookie: foreign }))).toEqual([]);
    expect(touched(await submit(server.url, "/tasks", { title: "x" }, { cookie: foreign }))).toEqual([]);
  });

  it("goes when it is our own and its person signs out", async () => {
    const answer = await submit(server.url, "/logout", {}, { cookie: await newCookie(await newUser()) });
    expect(touched(answer)).toEqual([expect.stringContaining("Max-Age=0")]);
  });
});
