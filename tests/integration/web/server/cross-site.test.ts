import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { findCallerByIdentifier, type OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { send, submit, visit, type Answer } from "../../../support/http";
import { cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Cross-site requests: every action of a page, on every way into it. */

let plain: RunningServer;
let proxied: RunningServer;
let published: RunningServer;
const publicUrl = "https://tasks.example.com";

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [plain, proxied, published] = await Promise.all([
    startServer({ databaseUrl }),
    startServer({ databaseUrl, env: { TRUST_PROXY: "loopback" } }),
    startServer({ databaseUrl, env: { PUBLIC_URL: publicUrl } }),
  ]);
});

afterAll(() => Promise.all([plain.stop(), proxied.stop(), published.stop()]));

type Way = [name: string, path: string, fields: Record<string, string>];

const ways: Way[] = [
  ["a form", "/tasks", { intent: "add", title: "foreign", priority: "low" }],
  ["a form for data", "/tasks.data", { intent: "add", title: "foreign", priority: "low" }],
  ["a form of the index route", "/tasks?index", { intent: "add", title: "foreign", priority: "low" }],
  ["a form for data of the index route", "/tasks.data?index", { intent: "add", title: "foreign", priority: "low" }],
  ["a form of settings", "/settings", { intent: "profile", name: "Mallory" }],
  ["a form for data of settings", "/settings.data", { intent: "profile", name: "Mallory" }],
  ["sign-out", "/logout", {}],
  ["sign-out for data", "/logout.data", {}],
  ["deleting a task", "/tasks/1/delete", { intent: "delete" }],
  ["deleting a task for data", "/tasks/1/delete.data", { intent: "delete" }],
  ["a form of two-step sign-in", "/settings/two-step", { intent: "set-up" }],
  ["the question for a new passkey", "/settings/passkeys/options", {}],
  ["the file of backup codes", "/settings/two-step/backup-codes", { codes: "abcde-fghij" }],
];

const foreign: [name: string, headers: Record<string, string>][] = [
  ["a foreign Origin", { Origin: "https://evil.example" }],
  ["Origin: null", { Origin: "null" }],
  ["an empty Origin", { Origin: "" }],
  ["a foreign Origin that begins like ours", { Origin: "http://localhost.evil.example" }],
  ["our host on another port", { Origin: "http://localhost:1" }],
  ["our host by https", { Origin: "https://localhost" }],
  ["Sec-Fetch-Site: cross-site", { "Sec-Fetch-Site": "cross-site" }],
  ["Sec-Fetch-Site: same-site", { "Sec-Fetch-Site": "same-site" }],
  ["an unknown Sec-Fetch-Site", { "Sec-Fetch-Site": "whatever" }],
  [
    "a foreign Origin that calls itself same-origin",
    { Origin: "https://evil.example", "Sec-Fetch-Site": "same-origin" },
  ],
];

async function signedIn() {
  const session = await openSession(await newUser());
  return { session, cookie: await cookieOf(session) };
}

const state = async ({ actor, secret, user }: OpenedSession) => ({
  signedIn: (await findCallerByIdentifier(secret)) !== null,
  tasks: await db().task.count({ where: { userId: actor.userId } }),
  name: (await db().user.findUniqueOrThrow({ where: { id: user.id } })).name,
});

describe.each(foreign)("%s", (_name, headers) => {
  it.each(ways)("%s is refused with 403, and nothing happens", async (_way, path, fields) => {
    const { session, cookie } = await signedIn();
    const answer = await submit(plain.url, path, fields, { cookie }, headers);
    expect(answer.status).toBe(403);
    expect(answer.cookies).toEqual([]);
    expect(await state(session)).toEqual({ signedIn: true, tasks: 0, name: "Ada" });
  });

  it("sign-in and sign-up are refused with 403 too", async () => {
    const { email, id } = await newUser();
    const unknown = `${randomUUID()}@example.com`;
    for (const suffix of ["", ".data"]) {
      const signIn = await submit(plain.url, `/login${suffix}`, { email, password }, {}, headers);
      const fields = { email: unknown, password, confirmPassword: password };
      const signUp = await submit(plain.url, `/signup${suffix}`, fields, {}, headers);
      expect([signIn.status, signIn.cookies, signUp.status, signUp.cookies]).toEqual([403, [], 403, []]);
    }
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
    expect(await db().user.count({ where: { email: unknown } })).toBe(0);
  });

  it("reading is not refused: a link from elsewhere opens the page", async () => {
    const { cookie } = await signedIn();
    const answer = await send(plain.url, "/tasks", { headers: { Cookie: cookie, ...headers } });
    expect(answer.status).toBe(200);
  });
});

describe("what is let in", () => {
  const own = () => ({ Origin: plain.url });
  const accepted: [string, () => Record<string, string>][] = [
    ["our Origin", own],
    ["our Origin and same-origin", () => ({ ...own(), "Sec-Fetch-Site": "same-origin" })],
    ["same-origin without Origin", () => ({ "Sec-Fetch-Site": "same-origin" })],
    ["none, as after typing an address", () => ({ "Sec-Fetch-Site": "none" })],
    ["neither header, as from a text browser", () => ({})],
  ];
  it.each(accepted)("%s", async (_name, headers) => {
    for (const [, path, fields] of ways.slice(0, 4)) {
      const { session, cookie } = await signedIn();
      const answer = await submit(plain.url, path, fields, { cookie }, headers());
      expect([path, answer.status]).toEqual([path, path.includes(".data") ? 202 : 303]);
      expect((await state(session)).tasks).toBe(1);
    }
  });

  it("sign-out, which is a route without a page", async () => {
    const { session, cookie } = await signedIn();
    expect((await submit(plain.url, "/logout", {}, { cookie }, own())).status).toBe(303);
    expect((await state(session)).signedIn).toBe(false);
  });
});

describe("our own origin", () => {
  const add = { intent: "add", title: "a", priority: "low" };
  async function addTask(server: RunningServer, headers: Record<string, string>, secure = false): Promise<Answer> {
    const cookie = await cookieOf((await signedIn()).session, { secure });
    return submit(server.url, "/tasks", add, { cookie }, headers);
  }

  it("is PUBLIC_URL when set, and not the address that the request was made to", async () => {
    expect((await addTask(published, { Origin: publicUrl }, true)).status).toBe(303);
    expect((await addTask(published, { Origin: published.url }, true)).status).toBe(403);
    const forwarded = {
      Origin: "https://evil.example",
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "https",
    };
    expect((await addTask(published, forwarded, true)).status).toBe(403);
    expect((await addTask(published, { Origin: "https://evil.example", Host: "evil.example" }, true)).status).toBe(403);
  });

  it("is what a trusted proxy says", async () => {
    const proxy = { "X-Forwarded-Host": "tasks.example.com", "X-Forwarded-Proto": "https" };
    expect((await addTask(proxied, { Origin: publicUrl, ...proxy }, true)).status).toBe(303);
    expect((await addTask(proxied, { Origin: "http://tasks.example.com", ...proxy }, true)).status).toBe(403);
    expect((await addTask(proxied, { Origin: proxied.url, ...proxy }, true)).status).toBe(403);
  });

  it("is not what anybody else says", async () => {
    const pretended = { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https" };
    expect((await addTask(plain, { Origin: "https://evil.example", ...pretended })).status).toBe(403);
    expect((await addTask(plain, { Origin: plain.url, ...pretended })).status).toBe(303);
  });
});

describe("no state changes on GET", () => {
  it.each([
    "/logout",
    "/tasks?intent=add&title=foreign",
    "/tasks/1/delete?intent=delete",
    "/settings?intent=end-other-sessions",
    "/settings?intent=profile&name=Mallory",
    "/login?email=a&password=b",
  ])("%s", async (path) => {
    const { session, cookie } = await signedIn();
    for (const at of [path, path.replace(/^([^?]+)/, "$1.data")]) {
      expect((await visit(plain.url, at, { cookie })).status).toBeLessThan(500);
      expect((await send(plain.url, at, { method: "HEAD", headers: { Cookie: cookie } })).status).toBeLessThan(500);
    }
    expect(await state(session)).toEqual({ signedIn: true, tasks: 0, name: "Ada" });
  });

  it.each(["PUT", "PATCH", "DELETE", "PROPFIND"])("a page does not answer to %s", async (method) => {
    const { session, cookie } = await signedIn();
    for (const path of ["/tasks", "/logout", "/tasks.data", "/settings"]) {
      const answer = await send(plain.url, path, { method, headers: { Cookie: cookie }, body: "intent=add&title=a" });
      expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD, POST"]);
    }
    expect(await state(session)).toEqual({ signedIn: true, tasks: 0, name: "Ada" });
  });

  it("the framework's old way of asking for data is none", async () => {
    const { session, cookie } = await signedIn();
    const fields = { intent: "add", title: "foreign", priority: "low" };
    for (const path of ["/tasks?_data=tasks%2Fpages%2Flist", "/logout?_data=identity%2Fpages%2Flogout", "/?_data=root"])
      expect((await submit(plain.url, path, fields, { cookie })).status).toBe(400);
    expect(await state(session)).toEqual({ signedIn: true, tasks: 0, name: "Ada" });
  });
});
