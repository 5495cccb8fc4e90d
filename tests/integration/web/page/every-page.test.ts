import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { createToken } from "~/identity/domain/tokens/personal-tokens.server";
import { runTogether, submit, visit } from "../../../support/http";
import { client, cookieOf, newToken, newUser, openSession } from "../../../support/people";
import { filledIn, pages as table } from "../../../support/pages";
import { startServer, type RunningServer } from "../../../support/server";

/* What holds for every page that there is: the list is that of the route files, so a new page is in it at once. */

const app = path.resolve(import.meta.dirname, "../../../../app");

const pages = table
  .filter(({ address, file }) => file.endsWith(".tsx") && !address.endsWith("*") && address !== "/logout")
  .map(({ address }) => filledIn(address));

let server: RunningServer;
let cookie: string;
let accountsAtStart: number;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
  accountsAtStart = await db().user.count();
  const session = await openSession(await newUser());
  await createTask(session.actor, { title: "a task", dueDate: "2030-01-10" });
  await createToken(
    session.actor,
    { id: randomUUID(), name: "a token", scopes: ["tasks:read"], expiresAt: new Date(Date.now() + 86_400_000) },
    client,
  );
  cookie = await cookieOf(session);
});

afterAll(() => server.stop());

it("a new database holds no account, and the start makes none", () => {
  expect(accountsAtStart).toBe(0);
});

/** The inputs of a page, by attribute; an attribute without a value is empty text. */
const inputsOf = (html: string) =>
  [...html.matchAll(/<(?:input|textarea|select)\b([^>]*)>/g)].map(([, attributes = ""]) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [
        name.toLowerCase(),
        value,
      ]),
    ),
  );

describe.each(pages)("%s", (at) => {
  it("hides passwords as they are typed, and lets password managers and pasting do their work", async () => {
    for (const caller of [{}, { cookie }]) {
      const inputs = inputsOf((await visit(server.url, at, caller)).text);
      const passwords = inputs.filter(({ name = "", type }) => type === "password" || /passw/i.test(name));
      for (const input of passwords) {
        expect(input.type).toBe("password");
        expect(["current-password", "new-password"]).toContain(input.autocomplete);
        expect(Object.keys(input)).not.toContain("readonly");
        expect(Object.keys(input)).not.toContain("maxlength");
        expect(Object.keys(input)).not.toContain("pattern");
        expect(Object.keys(input).filter((name) => name.startsWith("on"))).toEqual([]);
      }
    }
  });

  it("has a space between words, for browsers that only show text", async () => {
    for (const caller of [{}, { cookie }]) expect(runTogether((await visit(server.url, at, caller)).text)).toEqual([]);
  });

  it("asks for no hint and no secret question", async () => {
    for (const caller of [{}, { cookie }]) {
      const names = inputsOf((await visit(server.url, at, caller)).text).map(({ name = "" }) => name);
      expect(names.filter((name) => /hint|question|answer|remind|maiden/i.test(name))).toEqual([]);
    }
  });

  it("below /tasks, /dashboard and /settings is for nobody who is not signed in, to look at or to send to", async () => {
    if (!/^\/(tasks|dashboard|settings)(\/|$)/.test(at)) return;
    const ended = await openSession(await newUser());
    const endedCookie = await cookieOf(ended);
    await db().session.delete({ where: { id: ended.actor.sessionId } });
    const login = `/login?redirect=${encodeURIComponent(at)}`;
    for (const caller of [{}, { cookie: endedCookie }, { token: await newToken(ended.user) }]) {
      const answers = [await visit(server.url, at, caller), await submit(server.url, at, { intent: "any" }, caller)];
      expect(answers.map(({ status, headers }) => [status, headers.location])).toEqual([
        [303, login],
        [303, login],
      ]);
    }
  });

  it("has a button to sign out, if it is for those who are signed in", async () => {
    const anonymous = await visit(server.url, at);
    if (!String(anonymous.headers.location).startsWith("/login?")) return;
    const own = await visit(server.url, at, { cookie });
    if (own.status === 303) {
      expect(pages).toContain(String(own.headers.location).split("?")[0]);
      return;
    }
    expect(own.text).toMatch(/<form method="post" action="\/logout"[^>]*>.*?<button type="submit"[^>]*>Sign out</);
  });
});

it("the pages are really looked at", async () => {
  expect(pages).toEqual(expect.arrayContaining(["/", "/login", "/signup", "/settings", "/tasks/1", "/tasks/1/delete"]));
  const passwordsOf = async (at: string, caller = {}) =>
    inputsOf((await visit(server.url, at, caller)).text).filter(({ type }) => type === "password").length;
  expect([await passwordsOf("/login"), await passwordsOf("/signup")]).toEqual([1, 2]);
  expect(await passwordsOf("/settings", { cookie })).toBe(3);
});

it("words that run together are noticed", () => {
  expect(runTogether("<body><p><span>High</span><time>Due</time></p><p>Next</p><nav>A</nav><b>b</b> c")).toEqual([
    "High|Due",
    "A|b",
  ]);
});

it("no hint and no secret question is stored", () => {
  const schema = readFileSync(path.join(app, "../prisma/schema.prisma"), "utf8");
  expect(schema).toContain("model Password");
  expect(schema.match(/\w*(hint|question|answer)\w*/gi)).toBeNull();
});

it("no code of a page stands in the way of pasting", () => {
  const sources = readdirSync(app, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  expect(sources.length).toBeGreaterThan(50);
  for (const file of sources)
    expect([file, readFileSync(path.join(app, file), "utf8").match(/onpaste|onBeforeInput|["']paste["']/i)]).toEqual([
      file,
      null,
    ]);
});
