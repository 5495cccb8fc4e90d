import type { User } from "~/core/actor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { cookiesAfter, submit, textOf, visit, type Answer, type Fields } from "../../../support/http";
import { newCookie, newUser, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/*
 * A form that arrives twice has one effect, and both answers are the first one's: at once, one after the other, by
 * another process, and without JavaScript. Nobody else can ask for it.
 */

let server: RunningServer;
let other: RunningServer;

beforeAll(async () => {
  const { databaseUrl } = config();
  [server, other] = await Promise.all([startServer({ databaseUrl }), startServer({ databaseUrl })]);
});

afterAll(() => Promise.all([server.stop(), other.stop()]));

/** A browser's cookies, as they change from answer to answer. */
class Browser {
  #cookies = new Map<string, string>();

  constructor(cookie = "") {
    for (const pair of cookie.split("; ").filter(Boolean)) this.#set(pair);
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #set(pair: string): void {
    const at = pair.indexOf("=");
    this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }

  take(answer: Answer): Answer {
    for (const cookie of answer.cookies) {
      const [pair = ""] = cookie.split(";");
      if (/Max-Age=0\b/i.test(cookie)) this.#cookies.delete(pair.slice(0, pair.indexOf("=")));
      else this.#set(pair);
    }
    return answer;
  }

  async visit(path: string): Promise<Answer> {
    return this.take(await visit(server.url, path, { cookie: this.cookie }));
  }

  /** Sends a form with the cookies of this moment, without taking the answer's. */
  send(path: string, fields: Fields, at = server): Promise<Answer> {
    return submit(at.url, path, fields, { cookie: this.cookie });
  }
}

/** The key of a page's forms. */
const keyIn = (page: Answer): string => {
  const key = /name="formKey" value="([^"]+)"/.exec(page.text)?.[1];
  if (key === undefined) throw new Error(`no key in ${textOf(page.text)}`);
  return key;
};

async function signedIn(): Promise<{ browser: Browser; user: User; userId: string; email: string }> {
  const user = await newUser();
  return { browser: new Browser(await newCookie(user)), user, userId: user.id, email: user.email };
}

const tasksOf = (userId: string) => db().task.findMany({ where: { userId }, orderBy: { number: "asc" } });

const same = (first: Answer, second: Answer) => {
  expect(second.status).toBe(first.status);
  expect(second.headers.location).toBe(first.headers.location);
  expect(second.cookies.sort()).toEqual(first.cookies.sort());
};

describe("every form of a page", () => {
  it.each(["/login", "/signup", "/forgot-password"])("carries a key at %s", async (path) => {
    expect(keyIn(await new Browser().visit(path))).toMatch(/^[\w-]{80}$/);
  });

  it("carries one at the pages of somebody signed in", async () => {
    const { browser } = await signedIn();
    await browser.send("/tasks", { intent: "add", title: "one" });
    for (const path of [
      "/tasks",
      "/tasks/1",
      "/tasks/1/delete",
      "/settings",
      "/settings/tokens",
      "/settings/two-step",
    ]) {
      const { text } = await browser.visit(path);
      const forms = text.match(/<form method="post"[\s\S]*?<\/form>/g) ?? [];
      expect(forms.length).toBeGreaterThan(0);
      for (const form of forms) expect(form, path).toContain('name="formKey"');
    }
  });
});

describe("sent twice", () => {
  it("a task is added once, whether the second click comes at once or later, here or at another process", async () => {
    const { browser, userId } = await signedIn();
    const formKey = keyIn(await browser.visit("/tasks"));
    const fields = { formKey, intent: "add", title: "Milk" };
    const [first, second] = await Promise.all([browser.send("/tasks", fields), browser.send("/tasks", fields)]);
    same(first, second);
    same(first, await browser.send("/tasks", fields));
    same(first, await browser.send("/tasks", fields, other));
    expect(first.status).toBe(303);
    expect(await tasksOf(userId)).toHaveLength(1);
  });

  it("holds when both processes get it in the same moment", async () => {
    const { browser, userId } = await signedIn();
    for (let round = 0; round < 5; round++) {
      const formKey = keyIn(await browser.visit("/tasks"));
      const fields = { formKey, intent: "add", title: `round ${round}` };
      const answers = await Promise.all([server, other, server, other].map((at) => browser.send("/tasks", fields, at)));
      for (const answer of answers) same(answers[0] as Answer, answer);
    }
    expect(await tasksOf(userId)).toHaveLength(5);
  });

  it("other content under a used key is another submission, and so is the same with a new key", async () => {
    const { browser, userId } = await signedIn();
    const formKey = keyIn(await browser.visit("/tasks"));
    await browser.send("/tasks", { formKey, intent: "add", title: "Alpha" });
    await browser.send("/tasks", { formKey, intent: "add", title: "Beta" });
    await browser.send("/tasks", { formKey: `${formKey}~1`, intent: "add", title: "Alpha" });
    await browser.send("/tasks", { formKey: keyIn(await browser.visit("/tasks")), intent: "add", title: "Alpha" });
    expect((await tasksOf(userId)).map(({ title }) => title)).toEqual(["Alpha", "Beta", "Alpha", "Alpha"]);
  });

  it("what was refused is judged again", async () => {
    const { browser, userId } = await signedIn();
    const formKey = keyIn(await browser.visit("/tasks"));
    const fields = { formKey, intent: "save", title: "Now it is there", priority: "low" };
    expect((await browser.send("/tasks/1", fields)).status).toBe(404);
    await browser.send("/tasks", { intent: "add", title: "one" });
    expect((await browser.send("/tasks/1", fields)).status).toBe(303);
    expect((await tasksOf(userId))[0]?.title).toBe("Now it is there");
  });

  it("an account is made once, and both answers sign in to it", async () => {
    const browser = new Browser();
    const formKey = keyIn(await browser.visit("/signup"));
    const email = `${crypto.randomUUID()}@example.com`;
    const fields = { formKey, intent: "sign-up", email, name: "", password, confirmPassword: password };
    const [first, second] = await Promise.all([browser.send("/signup", fields), browser.send("/signup", fields)]);
    same(first, second);
    expect(first.headers.location).toBe("/tasks");
    browser.take(second);
    same(first, await browser.send("/signup", fields));
    expect((await browser.visit("/tasks")).status).toBe(200);
    expect(await db().session.count({ where: { user: { email } } })).toBe(1);
  });

  it("a sign-in opens one session", async () => {
    const user = await newUser();
    const browser = new Browser();
    const formKey = keyIn(await browser.visit("/login"));
    const fields = { formKey, intent: "sign-in", email: user.email, password };
    const [first, second] = await Promise.all([browser.send("/login", fields), browser.send("/login", fields)]);
    same(first, second);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1);
  });

  it("a wrong password at once is one guess", async () => {
    const user = await newUser();
    const browser = new Browser();
    const formKey = keyIn(await browser.visit("/login"));
    const fields = { formKey, intent: "sign-in", email: user.email, password: "no, not that one" };
    const answers = await Promise.all([browser.send("/login", fields), browser.send("/login", fields)]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "sign_in_failed" } })).toBe(1);
  });

  it("a password is changed once, and both answers lead on signed in", async () => {
    const { browser, userId } = await signedIn();
    const formKey = keyIn(await browser.visit("/settings"));
    const newPassword = "another walk, after dinner";
    const fields = {
      formKey,
      intent: "password",
      currentPassword: password,
      newPassword,
      confirmPassword: newPassword,
    };
    const first = await browser.send("/settings", fields);
    expect(first.status).toBe(303);
    const second = await browser.send("/settings", fields);
    same(first, second);
    browser.take(second);
    expect((await browser.visit("/settings")).status).toBe(200);
    expect(await db().auditEvent.count({ where: { userId, kind: "password_changed" } })).toBe(1);
  });

  it("a token is made once, and its secret is shown again", async () => {
    const { browser, userId, user } = await signedIn();
    const page = await browser.visit("/settings/tokens");
    const id = /name="id" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const fields = { formKey: keyIn(page), intent: "new-token", id, name: "Backup", tasksRead: "on", expires: "30" };
    const tokenIn = ({ text }: Answer) => /holdfast_pat_\w{46}/.exec(text)?.[0];
    const [first, second] = await Promise.all([
      browser.send("/settings/tokens", fields),
      browser.send("/settings/tokens", fields),
    ]);
    const third = await browser.send("/settings/tokens", fields);
    const fourth = await browser.send("/settings/tokens", fields, other);
    const token = tokenIn(first);
    expect(token).toBeDefined();
    for (const answer of [second, third, fourth]) expect(tokenIn(answer)).toBe(token);
    expect(await db().personalToken.count({ where: { userId } })).toBe(1);

    for (const { outcome } of await db().formSubmission.findMany()) expect(outcome).not.toContain("holdfast_pat_");
    // Nobody else is told: not without the session, and not in another one of the same account.
    expect(tokenIn(await new Browser().send("/settings/tokens", fields))).toBeUndefined();
    const elsewhere = new Browser(await newCookie(user));
    expect(tokenIn(await elsewhere.send("/settings/tokens", fields))).toBeUndefined();
  });

  it("a task is deleted, and a token revoked, with the first answer both times", async () => {
    const { browser, userId } = await signedIn();
    await browser.send("/tasks", { intent: "add", title: "one" });
    const fields = { formKey: keyIn(await browser.visit("/tasks/1/delete")) };
    const [first, second] = await Promise.all([
      browser.send("/tasks/1/delete", fields),
      browser.send("/tasks/1/delete", fields),
    ]);
    same(first, second);
    expect(first.status).toBe(303);
    expect(await tasksOf(userId)).toHaveLength(0);
  });

  it("signs out once, and says so twice", async () => {
    const { browser } = await signedIn();
    const fields = { formKey: keyIn(await browser.visit("/tasks")), intent: "sign-out" };
    const first = await browser.send("/logout", fields);
    same(first, await browser.send("/logout", fields));
    expect(first.headers.location).toBe("/login");
  });
});

describe("a page of another account", () => {
  it("changes nothing, and says whose page it was and what was typed", async () => {
    const [ada, bob] = [await signedIn(), await signedIn()];
    for (const { browser } of [ada, bob]) await browser.send("/tasks", { intent: "add", title: "one" });
    const adasKey = keyIn(await ada.browser.visit("/tasks/1/delete"));
    for (const [path, fields] of [
      ["/tasks/1/delete", {}],
      ["/tasks", { intent: "complete", number: "1" }],
      ["/tasks", { intent: "add", title: "typed for Ada" }],
      ["/tasks/1", { intent: "save", title: "typed for Ada", priority: "low" }],
      ["/settings", { intent: "profile", name: "typed for Ada" }],
      ["/logout", { intent: "sign-out" }],
    ] as [string, Fields][]) {
      const answer = await bob.browser.send(path, { formKey: adasKey, ...fields });
      expect(answer.status, path).toBe(409);
      expect(textOf(answer.text)).toContain(`It was drawn for ${ada.email} , and by now ${bob.email} is signed in`);
      if ("title" in fields) expect(answer.text).toContain("typed for Ada");
    }
    expect(await tasksOf(bob.userId)).toMatchObject([{ title: "one", completed: false }]);
    expect((await bob.browser.visit("/tasks")).status).toBe(200);
  });
});

describe("a session that ended while somebody typed", () => {
  async function typedTooLate() {
    const { browser, userId, email } = await signedIn();
    const formKey = keyIn(await browser.visit("/tasks"));
    await db().session.deleteMany({ where: { userId } });
    const description = "line\n".repeat(400).trim();
    const answer = await browser.send("/tasks", { formKey, intent: "add", title: "Typed too late", description });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/login?redirect=%2Ftasks");
    browser.take(answer);
    return { browser, userId, email, description, login: answer.headers.location ?? "" };
  }

  it("goes on after the sign-in: what was sent is done", async () => {
    const { browser, userId, email, description, login } = await typedTooLate();
    const page = await browser.visit(login);
    expect(textOf(page.text)).toContain("nothing is lost");
    expect(page.text).not.toContain("Typed too late");
    const answer = await browser.send(login, { formKey: keyIn(page), intent: "sign-in", email, password });
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    expect(await tasksOf(userId)).toMatchObject([{ title: "Typed too late", description }]);
    browser.take(answer);
    expect(textOf((await browser.visit("/tasks")).text)).toContain("Task added");
  });

  it("is nobody else's: another account, another browser, or somebody who asks twice", async () => {
    const { browser, userId, email, login } = await typedTooLate();
    const bob = await newUser();
    const asBob = new Browser(browser.cookie);
    const page = await asBob.visit(login);
    asBob.take(await asBob.send(login, { formKey: keyIn(page), intent: "sign-in", email: bob.email, password }));
    expect(await tasksOf(bob.id)).toEqual([]);
    const elsewhere = new Browser();
    expect(textOf((await elsewhere.visit(login)).text)).not.toContain("nothing is lost");
    await elsewhere.send(login, { intent: "sign-in", email, password });
    expect(await tasksOf(userId)).toEqual([]);
    await Promise.all([1, 2, 3].map(() => browser.send(login, { intent: "sign-in", email, password })));
    expect(await tasksOf(userId)).toHaveLength(1);
  });

  it("comes back in its form if it has to be asked again", async () => {
    const { browser, userId, email } = await signedIn();
    const formKey = keyIn(await browser.visit("/tasks"));
    await db().session.deleteMany({ where: { userId } });
    const title = "x".repeat(201);
    const late = browser.take(await browser.send("/tasks", { formKey, intent: "add", title }));
    const answer = await browser.send(late.headers.location ?? "", { intent: "sign-in", email, password });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`value="${title}"`);
    expect(cookiesAfter(answer)).toContain("holdfast_session=");
  });
});

it("is the same form whether a script or the browser itself sends it, whatever its line breaks are", async () => {
  const { browser, userId } = await signedIn();
  const formKey = keyIn(await browser.visit("/tasks"));
  const fields = { intent: "add", title: "Once", description: "two\nlines", formKey };
  await Promise.all([
    browser.send("/tasks.data?index", { ...fields, stay: "waiting" }),
    browser.send("/tasks?index", { ...fields, description: "two\r\nlines" }, other),
  ]);
  await browser.send("/tasks?index", fields);
  expect((await tasksOf(userId)).map(({ title }) => title)).toEqual(["Once"]);
});
