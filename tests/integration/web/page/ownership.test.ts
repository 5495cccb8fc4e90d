import type { User } from "~/core/actor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { listSessions } from "~/identity/domain/sessions/session-list.server";
import { endSession } from "~/identity/domain/sessions/sessions.server";
import { createTask, listTasks } from "~/tasks/domain/tasks.server";
import { withTotp } from "../../../support/factors";
import { api, submit, textOf, visit, type Answer, type Caller } from "../../../support/http";
import { client, cookieOf, newUser, openSession } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/*
 * Every operation × every kind of caller × page and API, through HTTP. Whoever is not the owner gets the refusal that
 * the contract names, and the owner's data is afterwards what it was before.
 */

const day = 24 * 60 * 60 * 1000;
const secretTitle = "the owner's own task";

let server: RunningServer;
let owner: User;
let ownSession: Awaited<ReturnType<typeof openSession>>;
/** A second browser of the owner, which settings could sign out. */
let otherBrowser: Awaited<ReturnType<typeof openSession>>;
const callers: Record<string, Required<Pick<Caller, "token" | "cookie">> | undefined> = {};

const remembered = { via: "cookie", remembered: true } as const;
const bearer = { via: "bearer" } as const;

/** A cookie and a token of one account, with what happens to their sessions afterwards. */
async function credentials(user: User, openedAt = new Date()) {
  const browser = await openSession(user, remembered, openedAt);
  const program = await openSession(user, bearer, openedAt);
  const cookieExpiry = { ...browser, expiresAt: new Date(Date.now() + day) };
  return { browser, program, cookie: await cookieOf(cookieExpiry), token: await signAccessToken(program.actor, user) };
}

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
  owner = await newUser();
  const own = await credentials(owner);
  ownSession = own.browser;
  callers.owner = own;
  callers["another user"] = await credentials(await newUser());

  const revoked = await credentials(owner);
  await endSession(revoked.browser.actor, client);
  await endSession(revoked.program.actor, client);
  callers["a revoked session"] = revoked;

  callers["an expired session"] = await credentials(owner, new Date(Date.now() - 8 * day));

  const live = await credentials(owner);
  const past = new Date(Date.now() - day);
  callers["an expired cookie or token"] = {
    cookie: await cookieOf({ ...live.browser, expiresAt: past }),
    token: await signAccessToken(live.program.actor, owner, past),
  };

  const disabled = await newUser();
  callers["a disabled account"] = await credentials(disabled);
  await db().user.update({ where: { id: disabled.id }, data: { isActive: false } });

  const operator = await newUser();
  callers["an account that the operator disabled"] = await credentials(operator);
  await setAccountActive(operator.email, false);

  const deleted = await newUser();
  callers["a deleted account"] = await credentials(deleted);
  await db().user.delete({ where: { id: deleted.id } });

  otherBrowser = await openSession(owner, remembered);
  await withTotp(owner);
  const passkey = { id: "the-owners-passkey", name: secretTitle, publicKey: "AA", counter: 0, transports: "" };
  await db().passkey.create({ data: { ...passkey, userId: owner.id, backedUp: false, createdAt: new Date() } });
  await createTask(ownSession.actor, { title: secretTitle, description: "private", dueDate: "2026-01-01" });
});

afterAll(() => server.stop());

const signedOutCallers = [
  "anonymous",
  "a revoked session",
  "an expired session",
  "an expired cookie or token",
  "a disabled account",
  "an account that the operator disabled",
  "a deleted account",
];

/** Everything of the owner's that an operation could change. */
async function ownersData() {
  const user = await db().user.findUniqueOrThrow({ where: { id: owner.id } });
  const { tasks } = await listTasks(ownSession.actor, { sort: "created_at", limit: 100, offset: 0 });
  const sessions = (await listSessions(ownSession.actor)).map(({ id }) => id).sort();
  const [passkeys, totp, backupCodes] = await Promise.all([
    db().passkey.findMany({ where: { userId: owner.id } }),
    db().totpFactor.findMany({ where: { userId: owner.id } }),
    db().backupCode.findMany({ where: { userId: owner.id }, orderBy: { hash: "asc" } }),
  ]);
  return { user, tasks, sessions, passkeys, totp, backupCodes };
}

/** Does something in somebody's name that must be refused, and looks afterwards whether the owner's data is the same. */
async function refused(operation: () => Promise<Answer>): Promise<Answer> {
  const before = await ownersData();
  const answer = await operation();
  expect(await ownersData()).toEqual(before);
  expect(answer.text).not.toContain(secretTitle);
  expect(answer.text).not.toContain(owner.email);
  return answer;
}

type ApiOperation = [name: string, method: string, path: string, body?: unknown];

const apiOperations: ApiOperation[] = [
  ["list", "GET", "/tasks"],
  ["create", "POST", "/tasks", { title: "foreign" }],
  ["read", "GET", "/tasks/1"],
  ["update (PUT)", "PUT", "/tasks/1", { title: "foreign" }],
  ["update (PATCH)", "PATCH", "/tasks/1", { title: "foreign" }],
  ["update nothing (PATCH)", "PATCH", "/tasks/1", {}],
  ["complete (toggle)", "PATCH", "/tasks/1/complete"],
  ["complete (set)", "PATCH", "/tasks/1/complete", { completed: true }],
  ["delete", "DELETE", "/tasks/1"],
];

/** The same in the second dialect, which has no form of the path that names the owner. */
const v1Operations: ApiOperation[] = [
  ["v1: list", "GET", "/v1/todos"],
  ["v1: create", "POST", "/v1/todos", { title: "foreign" }],
  ["v1: read", "GET", "/v1/todos/1"],
  ["v1: update", "PUT", "/v1/todos/1", { title: "foreign" }],
  ["v1: update nothing", "PUT", "/v1/todos/1", {}],
  ["v1: delete", "DELETE", "/v1/todos/1"],
];

const isV1 = (path: string) => path.startsWith("/v1/");

describe.each([...apiOperations, ...v1Operations])("API: %s", (_name, method, path, body) => {
  const forms = () => (isV1(path) ? [path] : [path, `/${owner.id}${path}`]);
  const as = (name: string, at: string) => api(server.url, method, at, callers[name] ?? {}, body);
  const problem = (answer: Answer) => {
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    return answer.json().detail;
  };

  it.each(signedOutCallers)("%s gets 401 on every form of the path", async (name) => {
    for (const at of forms()) {
      const answer = await refused(() => as(name, at));
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
      problem(answer);
    }
  });

  // The second dialect has no path that names an owner.
  if (!isV1(path))
    it("another user gets 403 where the path names the owner", async () => {
      const answer = await refused(() => as("another user", `/${owner.id}${path}`));
      expect(answer.status).toBe(403);
      expect(problem(answer)).toBe("Not authorized to access these tasks");
    });

  it("the cookie is no way in, not even the owner's", async () => {
    const cookie = callers.owner?.cookie;
    for (const at of forms())
      expect((await refused(() => api(server.url, method, at, { cookie }, body))).status).toBe(401);
  });
});

describe("API: another user, where the path names nobody", () => {
  const ofOne = [...apiOperations, ...v1Operations].filter(([, , path]) => !/s$/.test(path));

  it.each(ofOne)("%s: 404", async (_name, method, path, body) => {
    const answer = await refused(() => api(server.url, method, path, callers["another user"], body));
    expect(answer.status).toBe(404);
    expect(answer.json().detail).toBe(isV1(path) ? "Todo not found" : "Task not found");
  });

  it("list: their own, which is empty", async () => {
    const answer = await refused(() => api(server.url, "GET", "/tasks?q=private", callers["another user"]));
    expect([answer.status, answer.json(), answer.headers["x-total-count"]]).toEqual([200, [], "0"]);
    const todos = await refused(() => api(server.url, "GET", "/v1/todos", callers["another user"]));
    expect([todos.status, todos.json()]).toEqual([200, []]);
  });

  it("create: in their own list", async () => {
    const visitor = await newUser();
    const { token } = await credentials(visitor);
    const answer = await refused(() => api(server.url, "POST", "/tasks", { token }, { title: "theirs" }));
    expect([answer.status, answer.json().user_id, answer.json().id]).toEqual([201, visitor.id, 1]);
    const todo = await refused(() => api(server.url, "POST", "/v1/todos", { token }, { title: "theirs" }));
    expect([todo.status, todo.json().user_id, todo.json().id]).toEqual([201, visitor.id, 2]);
  });
});

type PageOperation = [name: string, path: string, fields?: (session: string) => Record<string, string>];

const taskFields = { title: "foreign", description: "", priority: "low", dueDate: "" };

const passkeyPath = "/settings/passkeys/the-owners-passkey";

const pageOperations: PageOperation[] = [
  ["list", "/tasks"],
  ["view", "/tasks/1"],
  ["ask to delete", "/tasks/1/delete"],
  ["dashboard", "/dashboard"],
  ["settings", "/settings"],
  ["add", "/tasks", () => ({ intent: "add", ...taskFields })],
  ["complete", "/tasks", () => ({ intent: "complete", number: "1" })],
  ["reopen", "/tasks", () => ({ intent: "reopen", number: "1" })],
  ["save", "/tasks/1", () => ({ intent: "save", ...taskFields })],
  ["delete", "/tasks/1/delete", () => ({ intent: "delete" })],
  ["save the profile", "/settings", () => ({ intent: "profile", name: "Mallory" })],
  ["sign out a session", "/settings", (sessionId) => ({ intent: "end-session", sessionId })],
  ["sign out other sessions", "/settings", () => ({ intent: "end-other-sessions" })],
  ["two-step sign-in", "/settings/two-step"],
  ["set up two-step sign-in", "/settings/two-step", () => ({ intent: "set-up" })],
  ["make new backup codes", "/settings/two-step", () => ({ intent: "new-codes", generation: "any" })],
  ["passkeys", "/settings/passkeys"],
  ["view a passkey", passkeyPath],
  ["rename a passkey", passkeyPath, () => ({ intent: "rename", name: "foreign" })],
  ["remove a passkey", passkeyPath, () => ({ intent: "remove" })],
];

function onPage(path: string, fields: PageOperation[2], caller: Caller): Promise<Answer> {
  return fields
    ? submit(server.url, path, fields(otherBrowser.actor.sessionId), caller)
    : visit(server.url, path, caller);
}

describe.each(pageOperations)("page: %s", (_name, path, fields) => {
  it.each(signedOutCallers)("%s is sent to /login, which leads back", async (name) => {
    const answer = await refused(() => onPage(path, fields, { cookie: callers[name]?.cookie }));
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/login?redirect=${encodeURIComponent(path)}`);
  });

  it("a bearer token is no way in, not even the owner's", async () => {
    const answer = await refused(() => onPage(path, fields, { token: callers.owner?.token }));
    expect([answer.status, answer.headers.location]).toEqual([303, `/login?redirect=${encodeURIComponent(path)}`]);
  });
});

describe("page: another user", () => {
  const stranger = (path: string, fields?: PageOperation[2]) =>
    refused(() => onPage(path, fields, { cookie: callers["another user"]?.cookie }));
  const aboutOnePasskey = ["view a passkey", "rename a passkey", "remove a passkey"];
  const named = new Set([
    "view",
    "ask to delete",
    "complete",
    "reopen",
    "save",
    "delete",
    "sign out a session",
    ...aboutOnePasskey,
  ]);

  it.each(pageOperations.filter(([name]) => named.has(name)))("%s: 404", async (_name, path, fields) => {
    expect((await stranger(path, fields)).status).toBe(404);
  });

  it.each(pageOperations.filter(([name, , fields]) => !named.has(name) && !fields))(
    "%s: shows nothing of the owner's",
    async (_name, path) => {
      expect((await stranger(path)).status).toBe(200);
    },
  );

  it.each(pageOperations.filter(([name, , fields]) => !named.has(name) && fields))(
    "%s: touches nothing of the owner's",
    async (_name, path, fields) => {
      const cookie = (await credentials(await newUser())).cookie;
      expect((await refused(() => onPage(path, fields, { cookie }))).status).toBe(303);
    },
  );
});

describe("the owner", () => {
  /** An account of its own for every test: what the owner does succeeds. */
  async function newOwner() {
    const user = await newUser();
    const { browser, cookie, token } = await credentials(user);
    await createTask(browser.actor, { title: secretTitle });
    const tasks = async () => (await listTasks(browser.actor, { sort: "created_at", limit: 100, offset: 0 })).tasks;
    return { user, browser, cookie, token, tasks };
  }

  const answers: Record<string, [status: number, task: Record<string, unknown> | undefined]> = {
    list: [200, { title: secretTitle }],
    create: [201, { title: secretTitle }],
    read: [200, { title: secretTitle }],
    "update (PUT)": [200, { title: "foreign" }],
    "update (PATCH)": [200, { title: "foreign" }],
    "update nothing (PATCH)": [200, { title: secretTitle }],
    "complete (toggle)": [200, { completed: true }],
    "complete (set)": [200, { completed: true }],
    delete: [204, undefined],
    "v1: list": [200, { title: secretTitle }],
    "v1: create": [201, { title: secretTitle }],
    "v1: read": [200, { title: secretTitle }],
    "v1: update": [200, { title: "foreign" }],
    "v1: update nothing": [200, { title: secretTitle }],
    "v1: delete": [204, undefined],
  };

  it.each(v1Operations)("API: %s works", async (name, method, path, body) => {
    const [status, expected] = answers[name] ?? [];
    const { token, tasks } = await newOwner();
    expect((await api(server.url, method, path, { token }, body)).status).toBe(status);
    const [first] = await tasks();
    if (expected) expect(first).toMatchObject(expected);
    else expect(first).toBeUndefined();
  });

  it.each(apiOperations)("API: %s works, on both forms of the path", async (name, method, path, body) => {
    const [status, expected] = answers[name] ?? [];
    for (const named of [false, true]) {
      const { user, token, tasks } = await newOwner();
      const answer = await api(server.url, method, named ? `/${user.id}${path}` : path, { token }, body);
      expect(answer.status).toBe(status);
      const [first] = await tasks();
      if (expected) expect(first).toMatchObject(expected);
      else expect(first).toBeUndefined();
      if (name === "create") {
        expect((await tasks()).map(({ title }) => title)).toEqual([secretTitle, "foreign"]);
        expect(answer.headers.location).toBe(named ? `/api/${user.id}/tasks/2` : "/api/tasks/2");
      }
    }
  });

  it.each(["/tasks", "/tasks/1", "/tasks/1/delete", "/dashboard", "/settings"])("page: %s is shown", async (path) => {
    const { cookie } = await newOwner();
    const answer = await visit(server.url, path, { cookie });
    expect(answer.status).toBe(200);
    if (path.startsWith("/tasks")) expect(textOf(answer.text)).toContain(secretTitle);
  });

  it("page: adds, completes, reopens, saves and deletes", async () => {
    const { cookie, tasks } = await newOwner();
    const act = async (path: string, fields: Record<string, string>, to: string) => {
      const answer = await submit(server.url, path, fields, { cookie });
      expect([answer.status, answer.headers.location]).toEqual([303, to]);
      return tasks();
    };
    expect(await act("/tasks", { intent: "add", ...taskFields }, "/tasks")).toMatchObject([
      { title: secretTitle },
      { title: "foreign", description: null, priority: "low", dueDate: null },
    ]);
    expect(await act("/tasks", { intent: "complete", number: "1" }, "/tasks")).toMatchObject([{ completed: true }, {}]);
    expect(await act("/tasks", { intent: "reopen", number: "1" }, "/tasks")).toMatchObject([{ completed: false }, {}]);
    const saved = { intent: "save", title: "new", description: "words", priority: "high", dueDate: "2026-12-31" };
    expect(await act("/tasks/1", saved, "/tasks/1")).toMatchObject([
      { title: "new", description: "words", priority: "high", dueDate: "2026-12-31" },
      {},
    ]);
    expect(await act("/tasks/1/delete", { intent: "delete" }, "/tasks")).toMatchObject([{ number: 2 }]);
  });

  it("page: signs out one session, then all others", async () => {
    const { user, browser, cookie } = await newOwner();
    const other = await openSession(user, remembered);
    const ids = async () => (await listSessions(browser.actor)).map(({ id }) => id);
    const end = (fields: Record<string, string>) => submit(server.url, "/settings", fields, { cookie });
    expect(await ids()).toContain(other.actor.sessionId);
    expect((await end({ intent: "end-session", sessionId: other.actor.sessionId })).status).toBe(303);
    expect(await ids()).not.toContain(other.actor.sessionId);
    expect(await ids()).toHaveLength(2);
    expect((await end({ intent: "end-other-sessions" })).status).toBe(303);
    expect(await ids()).toEqual([browser.actor.sessionId]);
  });
});
