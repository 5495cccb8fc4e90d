import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { api, send, type Answer } from "../../../support/http";
import { newToken, newUser } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

type TaskJson = Record<string, unknown> & { id: number; title: string; updated_at: string };

async function newOwner() {
  const user: User = await newUser();
  const token = await newToken(user);
  const call = (method: string, path: string, body?: unknown) => api(server.url, method, path, { token }, body);
  const add = async (body: Record<string, unknown>) => (await call("POST", "/tasks", body)).json<TaskJson>();
  return { user, token, call, add };
}

const faults = (answer: Answer) => {
  const problem = answer.json<{ errors?: { pointer: string }[] }>();
  return [answer.status, problem.errors?.map(({ pointer }) => pointer)];
};

describe("POST /tasks", () => {
  it("answers 201 with the task in snake_case and its place", async () => {
    const { user, call } = await newOwner();
    const answer = await call("POST", "/tasks", { title: "  Write  " });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      location: "/api/tasks/1",
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(answer.json()).toEqual({
      id: 1,
      user_id: user.id,
      title: "Write",
      description: null,
      completed: false,
      completed_at: null,
      priority: "medium",
      due_date: null,
      created_at: timestamp,
      updated_at: timestamp,
    });
    expect((await call("GET", "/tasks/1")).json()).toEqual(answer.json());
  });

  it("takes every field", async () => {
    const { add } = await newOwner();
    const given = { title: "a", description: "", priority: "high", due_date: "2028-02-29", completed: true };
    const task = await add(given);
    expect(task).toMatchObject({ ...given, completed_at: task.created_at });
  });

  it.each([
    ["no title", {}, ["/title"]],
    ["a title of spaces", { title: " \t\n " }, ["/title"]],
    ["a title of no-break and other spaces", { title: "\u00a0\u2003\u3000\ufeff" }, ["/title"]],
    ["a title that is too long", { title: "🧺".repeat(201) }, ["/title"]],
    ["a description that is too long", { title: "a", description: "x".repeat(10_001) }, ["/description"]],
    ["another priority", { title: "a", priority: "urgent" }, ["/priority"]],
    ["a priority that is null", { title: "a", priority: null }, ["/priority"]],
    ["a day that there is not", { title: "a", due_date: "2026-02-30" }, ["/due_date"]],
    ["a moment for a day", { title: "a", due_date: "2026-02-03T00:00:00Z" }, ["/due_date"]],
    ["an empty day", { title: "a", due_date: "" }, ["/due_date"]],
    ["another type", { title: 5, completed: "yes" }, ["/title", "/completed"]],
    ["U+0000", { title: "a\u0000b" }, ["/title"]],
    ["a lone surrogate", { title: "a\ud800b" }, ["/title"]],
    ["an id", { title: "a", id: 5 }, ["/id"]],
    ["an owner", { title: "a", user_id: randomUUID() }, ["/user_id"]],
    ["a time of creation", { title: "a", created_at: "2020-01-01T00:00:00Z" }, ["/created_at"]],
    ["an unknown field", { title: "a", dueDate: "2026-01-01" }, ["/dueDate"]],
    ["several faults, all of which are named", { priority: "x", due_date: "y" }, ["/title", "/priority", "/due_date"]],
  ])("answers 422 to %s, and adds nothing", async (_name, body, pointers) => {
    const { call } = await newOwner();
    expect(faults(await call("POST", "/tasks", body))).toEqual([422, pointers]);
    expect((await call("GET", "/tasks")).headers["x-total-count"]).toBe("0");
  });

  it("counts code points: 200 emoji are a title, 10,000 a description", async () => {
    const { add } = await newOwner();
    const given = { title: "🧺".repeat(200), description: "🧺".repeat(10_000) };
    expect(await add(given)).toMatchObject(given);
  });
});

describe("GET, PUT, PATCH, DELETE /tasks/{id}", () => {
  it.each(["PUT", "PATCH"])("%s changes what is sent and leaves the rest", async (method) => {
    const { call, add } = await newOwner();
    const task = await add({ title: "a", description: "b", priority: "low", due_date: "2026-01-01" });
    const answer = await call(method, "/tasks/1", { description: null, completed: true });
    expect(answer.status).toBe(200);
    const changed = answer.json<TaskJson>();
    expect(changed).toEqual({
      ...task,
      description: null,
      completed: true,
      completed_at: changed.updated_at,
      updated_at: changed.updated_at,
    });
    expect((await call("GET", "/tasks/1")).json()).toEqual(changed);
  });

  it.each(["PUT", "PATCH"])("%s with nothing in it answers 200 and changes nothing", async (method) => {
    const { call, add } = await newOwner();
    const task = await add({ title: "a" });
    const answer = await call(method, "/tasks/1", {});
    expect([answer.status, answer.json()]).toEqual([200, task]);
  });

  it.each(["PUT", "PATCH"])("%s refuses what cannot be changed, as a whole", async (method) => {
    const { call, add } = await newOwner();
    const task = await add({ title: "a" });
    for (const field of ["id", "user_id", "created_at", "updated_at", "completed_at", "number"])
      expect(faults(await call(method, "/tasks/1", { title: "b", [field]: null }))).toEqual([422, [`/${field}`]]);
    expect(faults(await call(method, "/tasks/1", { title: "" }))).toEqual([422, ["/title"]]);
    expect(faults(await call(method, "/tasks/1", { title: null }))).toEqual([422, ["/title"]]);
    expect((await call("GET", "/tasks/1")).json()).toEqual(task);
  });

  it("DELETE answers 204 without a body, once", async () => {
    const { call, add } = await newOwner();
    await add({ title: "a" });
    const answer = await call("DELETE", "/tasks/1");
    expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([204, "", undefined]);
    expect((await call("DELETE", "/tasks/1")).status).toBe(404);
    expect((await call("GET", "/tasks/1")).status).toBe(404);
  });

  it.each([
    "2",
    "0",
    "007",
    "2147483648",
    "99999999999999999999",
    "-1",
    "1.0",
    "1e0",
    "x",
    "%31x",
    "١",
    "null",
    "1%20",
    "%00",
  ])("answers 404 to an id that names no task: %s", async (id) => {
    const { call, add } = await newOwner();
    const task = await add({ title: "a" });
    const path = `/tasks/${encodeURIComponent(decodeURIComponent(id))}`;
    for (const [method, at, body] of [
      ["GET", path],
      ["PUT", path, { title: "b" }],
      ["PATCH", path, { title: "b" }],
      ["PATCH", `${path}/complete`],
      ["DELETE", path],
    ] as const) {
      const answer = await call(method, at, body);
      expect([method, answer.status, answer.json().detail]).toEqual([method, 404, "Task not found"]);
    }
    expect((await call("GET", "/tasks/1")).json()).toEqual(task);
  });

  it("a percent-encoded id is the same id", async () => {
    const { call, add } = await newOwner();
    await add({ title: "a" });
    expect((await call("GET", "/tasks/%31")).json()).toMatchObject({ id: 1 });
  });
});

describe("PATCH /tasks/{id}/complete", () => {
  it("toggles without a body, whatever its media type", async () => {
    const { token, call, add } = await newOwner();
    await add({ title: "a" });
    const first = await call("PATCH", "/tasks/1/complete");
    expect([first.status, first.json().completed]).toEqual([200, true]);
    expect(first.json().completed_at).toBe(first.json().updated_at);
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const second = await send(server.url, "/api/tasks/1/complete", { method: "PATCH", headers, body: "" });
    expect([second.status, second.json().completed, second.json().completed_at]).toEqual([200, false, null]);
    expect((await call("PATCH", "/tasks/1/complete", {})).json().completed).toBe(true);
  });

  it("sets what is sent, as often as it is sent", async () => {
    const { call, add } = await newOwner();
    await add({ title: "a" });
    const first = (await call("PATCH", "/tasks/1/complete", { completed: true })).json();
    const again = (await call("PATCH", "/tasks/1/complete", { completed: true })).json();
    expect([first.completed, again.completed, again.completed_at]).toEqual([true, true, first.completed_at]);
    expect((await call("PATCH", "/tasks/1/complete", { completed: false })).json().completed).toBe(false);
  });

  it("refuses anything else", async () => {
    const { call, add } = await newOwner();
    await add({ title: "a" });
    expect(faults(await call("PATCH", "/tasks/1/complete", { completed: null }))).toEqual([422, ["/completed"]]);
    expect(faults(await call("PATCH", "/tasks/1/complete", { done: true }))).toEqual([422, ["/done"]]);
    expect((await call("GET", "/tasks/1")).json().completed).toBe(false);
  });
});

describe("GET /tasks", () => {
  async function ownerOfThree() {
    const owner = await newOwner();
    await owner.add({ title: "b, low", priority: "low", due_date: "2026-03-03" });
    await owner.add({ title: "a, high", priority: "high", due_date: "2026-03-01", completed: true });
    await owner.add({ title: "c, medium", description: "100% wool_socks" });
    return owner;
  }

  it.each([
    ["", [3, 2, 1]],
    ["?completed=true", [2]],
    ["?completed=false", [3, 1]],
    ["?priority=high", [2]],
    ["?q=WOOL_", [3]],
    ["?q=%25", [3]],
    ["?q=", [3, 2, 1]],
    ["?due_before=2026-03-01", [2]],
    ["?due_after=2026-03-03", [1]],
    ["?due_after=2026-03-01&due_before=2026-03-03&sort=due_date", [2, 1]],
    ["?sort=created_at", [1, 2, 3]],
    ["?sort=-created_at", [3, 2, 1]],
    ["?sort=due_date", [2, 1, 3]],
    ["?sort=-due_date", [1, 2, 3]],
    ["?sort=priority", [1, 3, 2]],
    ["?sort=-priority", [2, 3, 1]],
    ["?sort=title", [2, 1, 3]],
    ["?sort=-title", [3, 1, 2]],
    ["?unknown=1&__proto__=2&user_id=3&_method=DELETE", [3, 2, 1]],
    ["?limit=1", [3]],
    ["?limit=1&offset=1", [2]],
    ["?offset=3", []],
    ["?completed=false&priority=low&q=LOW&due_before=2026-12-31&sort=title&limit=100&offset=0", [1]],
  ])("%s", async (query, ids) => {
    const { call } = await ownerOfThree();
    const answer = await call("GET", `/tasks${query}`);
    expect(answer.status).toBe(200);
    expect(answer.json<TaskJson[]>().map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ["completed=yes", "/completed"],
    ["completed=", "/completed"],
    ["priority=urgent", "/priority"],
    ["due_before=2026-02-30", "/due_before"],
    ["due_after=tomorrow", "/due_after"],
    ["sort=user_id", "/sort"],
    ["sort=created_at;DROP", "/sort"],
    ["limit=0", "/limit"],
    ["limit=101", "/limit"],
    ["limit=-1", "/limit"],
    ["limit=1.5", "/limit"],
    ["limit=", "/limit"],
    ["limit=1e1", "/limit"],
    ["offset=-1", "/offset"],
    ["offset=x", "/offset"],
    ["offset=99999999999999999999", "/offset"],
    ["q=%00", "/q"],
    [`q=${"x".repeat(201)}`, "/q"],
  ])("answers 422 to ?%s", async (query, pointer) => {
    const { call } = await newOwner();
    expect(faults(await call("GET", `/tasks?${query}`))).toEqual([422, [pointer]]);
  });

  it("counts all that match in X-Total-Count and links the other pages, with the query kept", async () => {
    const { user, call, add } = await newOwner();
    for (let number = 1; number <= 5; number++) await add({ title: `task ${number}`, completed: number === 5 });
    const links = async (path: string) => {
      const answer = await call("GET", path);
      const found = [...String(answer.headers.link).matchAll(/<([^>]+)>; rel="(\w+)"/g)];
      return {
        total: answer.headers["x-total-count"],
        ...Object.fromEntries(found.map(([, url = "", relation = ""]) => [relation, url.replace(server.url, "")])),
      };
    };
    const at = (offset: number, path = "/api/tasks") => `${path}?completed=false&limit=2&offset=${offset}`;
    expect(await links("/tasks?completed=false&limit=2")).toEqual({
      total: "4",
      first: at(0),
      next: at(2),
      last: at(2),
    });
    expect(await links("/tasks?completed=false&limit=2&offset=2")).toEqual({
      total: "4",
      first: at(0),
      prev: at(0),
      last: at(2),
    });
    expect(await links("/tasks?completed=false&limit=2&offset=90")).toEqual({
      total: "4",
      first: at(0),
      prev: at(2),
      last: at(2),
    });
    const named = `/api/${user.id}/tasks`;
    expect(await links(`/${user.id}/tasks?completed=false&limit=2&offset=1`)).toEqual({
      total: "4",
      first: at(0, named),
      prev: at(0, named),
      next: at(3, named),
      last: at(2, named),
    });
    expect(await links("/tasks?completed=true&q=none")).toMatchObject({ total: "0" });
  });

  it("following the links visits every task once", async () => {
    const { token, add } = await newOwner();
    for (let number = 1; number <= 7; number++) await add({ title: `task ${number}` });
    const seen: number[] = [];
    let path: string | undefined = "/api/tasks?limit=3&sort=created_at";
    while (path) {
      const answer: Answer = await send(server.url, path, { headers: { Authorization: `Bearer ${token}` } });
      seen.push(...answer.json<TaskJson[]>().map(({ id }) => id));
      path = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]?.replace(server.url, "");
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("/{user_id}/tasks…", () => {
  it("403 comes before anything else is looked at: body, query, media type, number", async () => {
    const { token, call } = await newOwner();
    const stranger = await newUser();
    const detail = "Not authorized to access these tasks";
    for (const owner of [stranger.id, randomUUID(), "me", "1", "%00"]) {
      for (const answer of [
        await call("GET", `/${owner}/tasks?limit=x`),
        await call("POST", `/${owner}/tasks`, []),
        await call("GET", `/${owner}/tasks/x`),
        await call("PATCH", `/${owner}/tasks/1`, { title: "" }),
        await call("PATCH", `/${owner}/tasks/1/complete`, { completed: 5 }),
        await call("DELETE", `/${owner}/tasks/x`),
        await send(server.url, `/api/${owner}/tasks/1`, {
          method: "PUT",
          headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/plain" },
          body: "{",
        }),
      ])
        expect([answer.status, answer.json().detail]).toEqual([403, detail]);
    }
  });

  it("401 comes before 403", async () => {
    expect((await api(server.url, "GET", `/${randomUUID()}/tasks`)).status).toBe(401);
  });

  it("serves the token's own user", async () => {
    const { user, call } = await newOwner();
    expect((await call("POST", `/${user.id}/tasks`, { title: "a" })).headers.location).toBe(`/api/${user.id}/tasks/1`);
    expect((await call("GET", `/${user.id}/tasks/1`)).json()).toEqual((await call("GET", "/tasks/1")).json());
  });
});
