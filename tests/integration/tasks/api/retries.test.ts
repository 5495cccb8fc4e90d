import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { sortOrders } from "~/tasks/domain/task-values";
import { send, type Answer } from "../../../support/http";
import { newToken, newUser } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/** Safe retries and concurrency: Idempotency-Key, entity tags, and paging that does not shift. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

type TaskJson = { id: number; title: string; completed: boolean };

async function newOwner() {
  const user = await newUser();
  const token = await newToken(user);
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(server.url, `/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const titles = async () => (await call("GET", "/tasks?limit=100")).json<TaskJson[]>().map(({ title }) => title);
  return { user, call, titles };
}

describe("Idempotency-Key", () => {
  const key = (value: string) => ({ "Idempotency-Key": value });

  it("the same key and the same wish is the same task, whatever became of it since", async () => {
    const { call, titles } = await newOwner();
    const wish = { title: " Once ", priority: "high", due_date: "2026-12-01", completed: true };
    const first = await call("POST", "/tasks", wish, key("a"));
    expect(first.status).toBe(201);
    await call("PATCH", "/tasks/1", { title: "Changed" });
    // The same wish, with other spaces around its title.
    const again = await call("POST", "/tasks", { ...wish, title: "Once" }, key("a"));
    expect([again.status, again.text, again.headers.location, again.headers.etag]).toEqual([
      201,
      first.text,
      "/api/tasks/1",
      first.headers.etag,
    ]);
    await call("DELETE", "/tasks/1");
    expect((await call("POST", "/tasks", wish, key("a"))).text).toBe(first.text);
    expect(await titles()).toEqual([]);
  });

  it("sent twenty times at once, it is one task, and everybody gets it", async () => {
    const { call, titles } = await newOwner();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call("POST", "/tasks", { title: "At once" }, key("b"))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await titles()).toEqual(["At once"]);
    expect((await call("POST", "/tasks", { title: "Next" }, key("c"))).json<TaskJson>().id).toBe(2);
  });

  it("with another wish is refused, and nothing is added", async () => {
    const { call, titles } = await newOwner();
    await call("POST", "/tasks", { title: "One" }, key("a"));
    for (const wish of [{ title: "Two" }, { title: "One", completed: true }, { title: "One", description: "" }]) {
      const answer = await call("POST", "/tasks", wish, key("a"));
      expect(answer.status).toBe(422);
      expect(answer.json()).toMatchObject({ errors: [{ pointer: "/Idempotency-Key" }] });
    }
    expect(await titles()).toEqual(["One"]);
  });

  it("of a refused wish is still free", async () => {
    const { call } = await newOwner();
    expect((await call("POST", "/tasks", { title: "" }, key("a"))).status).toBe(422);
    expect((await call("POST", "/tasks", { title: "Fine" }, key("a"))).status).toBe(201);
  });

  it("is each account's own", async () => {
    const [ada, bob] = [await newOwner(), await newOwner()];
    await ada.call("POST", "/tasks", { title: "Ada's" }, key("a"));
    expect((await bob.call("POST", "/tasks", { title: "Bob's" }, key("a"))).status).toBe(201);
    expect(await bob.titles()).toEqual(["Bob's"]);
  });

  it("is forgotten after a day", async () => {
    const { user, call, titles } = await newOwner();
    await call("POST", "/tasks", { title: "One" }, key("a"));
    const row = await db().idempotencyKey.findFirstOrThrow({ where: { userId: user.id } });
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(24 * 60 * 60 * 1000);
    await db().idempotencyKey.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date() } });
    expect((await call("POST", "/tasks", { title: "Two" }, key("a"))).json<TaskJson>().id).toBe(2);
    expect(await titles()).toEqual(["Two", "One"]);
  });

  it.each(["x".repeat(256), "ü"])("%s is refused", async (value) => {
    const { call } = await newOwner();
    const encoded = Buffer.from(value, "utf8").toString("latin1");
    expect((await call("POST", "/tasks", { title: "a" }, key(encoded))).status).toBe(400);
  });
});

describe("entity tags", () => {
  it("a change tied to a state is made in that state alone", async () => {
    const { call } = await newOwner();
    const first = (await call("POST", "/tasks", { title: "a" })).headers.etag ?? "";
    expect(first).toMatch(/^"[\w-]+"$/);
    expect((await call("GET", "/tasks/1")).headers.etag).toBe(first);
    const changed = await call("PATCH", "/tasks/1", { title: "b" }, { "If-Match": first });
    expect(changed.status).toBe(200);
    const second = changed.headers.etag ?? "";
    expect(second).not.toBe(first);

    const refused: [string, string, unknown][] = [
      ["PATCH", "/tasks/1", { title: "c" }],
      ["PUT", "/tasks/1", { title: "c" }],
      ["PATCH", "/tasks/1", {}],
      ["PATCH", "/tasks/1/complete", undefined],
      ["PATCH", "/tasks/1/complete", { completed: true }],
      ["DELETE", "/tasks/1", undefined],
    ];
    for (const [method, path, body] of refused)
      for (const tag of [first, `W/${second}`, '"other"', '""']) {
        const answer = await call(method, path, body, { "If-Match": tag });
        expect([method, path, tag, answer.status]).toEqual([method, path, tag, 412]);
        expect(answer.headers["content-type"]).toBe("application/problem+json");
      }
    expect((await call("GET", "/tasks/1")).json()).toMatchObject({ title: "b", completed: false });

    expect((await call("PATCH", "/tasks/1", {}, { "If-Match": `"x", ${second}` })).headers.etag).toBe(second);
    expect((await call("PATCH", "/tasks/1/complete", undefined, { "If-Match": second })).status).toBe(200);
    expect((await call("DELETE", "/tasks/1", undefined, { "If-Match": "*" })).status).toBe(204);
    expect((await call("DELETE", "/tasks/1", undefined, { "If-Match": second })).status).toBe(404);
  });

  it("of twenty changes to the same state at once one is made", async () => {
    const { call } = await newOwner();
    const tag = (await call("POST", "/tasks", { title: "a" })).headers.etag ?? "";
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => call("PATCH", "/tasks/1", { title: `t${n}` }, { "If-Match": tag })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(412)]);
  });

  it("what the client has is not sent again: a task", async () => {
    const { call } = await newOwner();
    const tag = (await call("POST", "/tasks", { title: "a" })).headers.etag ?? "";
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
      const answer = await call("GET", "/tasks/1", undefined, { "If-None-Match": known });
      expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, "", tag]);
    }
    expect((await call("GET", "/tasks/1", undefined, { "If-None-Match": '"x"' })).status).toBe(200);
    await call("PATCH", "/tasks/1", { title: "b" });
    expect((await call("GET", "/tasks/1", undefined, { "If-None-Match": tag })).status).toBe(200);
  });

  it("what the client has is not sent again: a list, until a task or their number changes", async () => {
    const { call } = await newOwner();
    await call("POST", "/tasks", { title: "a" });
    const list = (tag?: string) => call("GET", "/tasks?limit=1", undefined, tag ? { "If-None-Match": tag } : {});
    let tag = (await list()).headers.etag ?? "";
    expect((await list(tag)).status).toBe(304);
    await call("PATCH", "/tasks/1", { description: "b" });
    const changed = await list(tag);
    expect(changed.status).toBe(200);
    tag = changed.headers.etag ?? "";
    await call("POST", "/tasks", { title: "z" });
    expect((await list(tag)).status).toBe(200);
  });

  it.each(["nonsense", '"a', 'W/a, "b"', '"a" "b"'])(
    "a header that is no list of tags is refused: %s",
    async (value) => {
      const { call } = await newOwner();
      await call("POST", "/tasks", { title: "a" });
      expect((await call("PATCH", "/tasks/1", { title: "b" }, { "If-Match": value })).status).toBe(400);
      expect((await call("GET", "/tasks/1", undefined, { "If-None-Match": value })).status).toBe(400);
    },
  );
});

describe("paging by cursor", () => {
  const next = (answer: Answer) => /<[^>]*?(\/tasks\?[^>]*)>; rel="next"/.exec(String(answer.headers.link))?.[1];

  it.each(sortOrders)(
    "%s: what is there all the time is seen once, in order, while tasks come and go",
    async (sort) => {
      const { user, call } = await newOwner();
      const days = [null, "2026-12-01", "2026-12-02"];
      for (let n = 0; n < 23; n++)
        await call("POST", "/tasks", {
          title: ["Ä", "a", "B", "same", "😀"][n % 5],
          due_date: days[n % 3],
          priority: ["low", "medium", "high"][n % 3],
        });
      // Many are of one moment, so a page ends between two of them.
      await db().task.updateMany({ where: { userId: user.id, number: { lte: 12 } }, data: { createdAt: new Date(0) } });
      const all = (await call("GET", `/tasks?limit=100&sort=${sort}`)).json<TaskJson[]>().map(({ id }) => id);

      const seen: number[] = [];
      let path: string | undefined = `/tasks?limit=5&sort=${sort}&cursor=`;
      let pages = 0;
      while (path) {
        const answer = await call("GET", path);
        expect(answer.status).toBe(200);
        const ids = answer.json<TaskJson[]>().map(({ id }) => id);
        seen.push(...ids);
        pages += 1;
        // What was shown goes, the cursor's own task with it, and something new comes.
        if (pages === 1) await call("DELETE", `/tasks/${ids.at(-1) ?? 0}`);
        if (pages === 2) await call("POST", "/tasks", { title: "new", due_date: "2026-12-01" });
        path = next(answer);
      }
      expect(seen.filter((id) => all.includes(id))).toEqual(all);
      expect(new Set(seen).size).toBe(seen.length);
    },
  );

  it("keeps the filter, tells the total, and ends", async () => {
    const { call } = await newOwner();
    for (const title of ["x1", "y", "x2", "x3"]) await call("POST", "/tasks", { title });
    const first = await call("GET", "/tasks?q=x&limit=2&cursor=");
    expect([first.headers["x-total-count"], first.json<TaskJson[]>().map(({ title }) => title)]).toEqual([
      "3",
      ["x3", "x2"],
    ]);
    const second = await call("GET", next(first) ?? "");
    expect([second.headers["x-total-count"], second.json<TaskJson[]>().map(({ title }) => title)]).toEqual([
      "3",
      ["x1"],
    ]);
    expect(next(second)).toBeUndefined();
  });

  it("another account's cursor is a place among one's own tasks, no more", async () => {
    const [ada, bob] = [await newOwner(), await newOwner()];
    for (const { call } of [ada, bob]) for (const title of ["1", "2", "3"]) await call("POST", "/tasks", { title });
    const place = next(await ada.call("GET", "/tasks?limit=1&cursor=")) ?? "";
    const owners = (await bob.call("GET", place)).json<{ user_id: string }[]>().map(({ user_id }) => user_id);
    expect(owners.every((owner) => owner === bob.user.id)).toBe(true);
  });

  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  it.each([
    ["nonsense", "nonsense"],
    ["no list", cursor({})],
    ["a moment that is none", cursor(["-created_at", null, "yesterday", 1])],
    ["a number that is none", cursor(["-created_at", null, "2026-01-01T00:00:00.000Z", "1"])],
    ["the year 0", cursor(["-created_at", null, "0000-01-01T00:00:00Z", 1])],
    ["U+0000", cursor(["-created_at", "\u0000", "2026-01-01T00:00:00.000Z", 1])],
    ["another order", cursor(["title", "a", "2026-01-01T00:00:00.000Z", 1])],
  ])("is refused: %s", async (_what, value) => {
    const { call } = await newOwner();
    const answer = await call("GET", `/tasks?cursor=${value}`);
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({ errors: [{ pointer: "/cursor" }] });
  });

  it("is refused together with an offset", async () => {
    const { call } = await newOwner();
    expect((await call("GET", "/tasks?cursor=&offset=5")).status).toBe(422);
  });
});
