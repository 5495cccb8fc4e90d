import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlitePath } from "~/core/data/database-url.server";
import { config } from "~/core/settings/config.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { databaseKind } from "../../../support/databases";
import { api, send, submit, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, openSession } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Another program holds SQLite's write lock, as a backup tool or somebody's open shell does. */

/** Is a request answered yet? */
function watch(asking: Promise<Answer>) {
  const watched = { answered: false, answer: asking };
  void asking.then(() => (watched.answered = true));
  return watched;
}

describe.runIf(databaseKind === "sqlite")("while another program holds the write lock", () => {
  let server: RunningServer;
  let holder: Database.Database;
  let token: string;
  let cookie: string;
  let longAgo: string;

  beforeAll(async () => {
    server = await startServer({ databaseUrl: config().databaseUrl });
    holder = new Database(sqlitePath(config().databaseUrl), { timeout: 30_000 });
    const user = await newUser();
    const session = await openSession(user);
    await createTask(session.actor, { title: "before" });
    [token, cookie, longAgo] = [await newToken(user), await newCookie(user), await newToken(user)];
    // The server notes at the next use of this one when it was.
    const { sid } = JSON.parse(Buffer.from(longAgo.split(".")[1] ?? "", "base64url").toString()) as { sid: string };
    holder.prepare("UPDATE sessions SET last_seen_at = '2026-01-01T00:00:00.000+00:00' WHERE id = ?").run(sid);
  });

  afterAll(async () => {
    holder.close();
    await server.stop();
  });

  async function holdingLock<Result>(work: (release: () => void) => Promise<Result>): Promise<Result> {
    holder.exec("BEGIN IMMEDIATE");
    const release = () => {
      if (holder.inTransaction) holder.exec("ROLLBACK");
    };
    try {
      return await work(release);
    } finally {
      release();
    }
  }

  const rename = (title: string) => api(server.url, "PATCH", "/tasks/1", { token }, { title });
  const title = async () => (await api(server.url, "GET", "/tasks/1", { token })).json<{ title: string }>().title;

  it("reads, pages and health go on beside writes that wait, and a write that waits in vain is answered 503", async () => {
    const kept = await title();
    await holdingLock(async () => {
      const writes = [
        rename("too late"),
        api(server.url, "POST", "/tasks", { token }, { title: "too late" }),
        submit(server.url, "/tasks", { intent: "add", title: "too late", description: "" }, { cookie }),
        api(server.url, "POST", "/auth/signup", {}, { email: "late@example.com", password: "a long way to the lock" }),
      ].map(watch);
      const [first] = writes;
      expect((await send(server.url, "/healthz")).status).toBe(200);
      expect(await title()).toBe(kept);
      // A process that waits itself would have answered the write before anything that came after it.
      expect(first?.answered).toBe(false);
      for (let round = 0; round < 20; round++) {
        expect(await title()).toBe(kept);
        expect((await api(server.url, "GET", "/tasks", { token: longAgo })).status).toBe(200);
        for (const page of ["/tasks", "/dashboard", "/settings", "/settings/log", "/settings/delete", "/login"])
          expect((await visit(server.url, page, { cookie: page === "/login" ? "" : cookie })).status).toBe(200);
        if (first?.answered) break;
      }
      for (const { answer } of writes) {
        const { status, headers } = await answer;
        expect(status).toBe(503);
        expect(Number(headers["retry-after"])).toBeGreaterThan(0);
      }
    });
    expect(await title()).toBe(kept);
    expect((await api(server.url, "GET", "/tasks", { token })).json<unknown[]>()).toHaveLength(1);
    expect((await rename("works again")).status).toBe(200);
  });

  it("writes that get the lock in time take place, each once and in the order of their coming", async () => {
    const titles = Array.from({ length: 12 }, (_, index) => `in time ${index}`);
    const writes = await holdingLock(async (release) => {
      const before = (await api(server.url, "GET", "/tasks", { token })).json<unknown[]>().length;
      const sent: ReturnType<typeof watch>[] = [];
      for (const one of titles) {
        sent.push(watch(api(server.url, "POST", "/tasks", { token }, { title: one })));
        // The answer to this is proof that the one before has arrived.
        expect((await api(server.url, "GET", "/tasks", { token })).json()).toHaveLength(before);
      }
      expect(sent.filter(({ answered }) => answered)).toEqual([]);
      release();
      return sent;
    });
    for (const { answer } of writes) expect((await answer).status).toBe(201);
    const list = (await api(server.url, "GET", "/tasks?sort=created_at", { token })).json<{ title: string }[]>();
    expect(list.map((task) => task.title).filter((one) => one.startsWith("in time"))).toEqual(titles);
  });
});
