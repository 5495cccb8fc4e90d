import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { addEvents, addSessions, addTasks } from "../../../support/big-accounts";
import { databaseKind } from "../../../support/databases";
import { api, submit, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, password } from "../../../support/people";
import { runUserCommand, startServer, type RunningServer } from "../../../support/server";

/* What one account asks for, or the server does for it, holds up nobody else: the event loop is never kept for long. */

/** Milliseconds of the main thread's own CPU time in one go. */
const longest = 50;

type Person = { user: User; token: string; cookie: string };

async function newPerson(): Promise<Person> {
  const user = await newUser();
  return { user, token: await newToken(user), cookie: await newCookie(user) };
}

const hook = pathToFileURL(path.resolve(import.meta.dirname, "../../../support/longest-turn.mjs")).href;

const start = () =>
  startServer({
    databaseUrl: config().databaseUrl,
    env: { NODE_OPTIONS: `--import ${hook}`, RATE_LIMITS: "off" },
  });

describe.runIf(databaseKind === "sqlite")("beside an account with very much in it", { timeout: 240_000 }, () => {
  let server: RunningServer;
  let other: Person;

  beforeAll(async () => {
    server = await start();
    other = await newPerson();
    await addTasks(other.user, 60, 30);
  });

  afterAll(() => server.stop());

  const list =
    (query = "") =>
    ({ token }: Person) =>
      api(server.url, "GET", `/tasks${query}`, { token });
  const page =
    (at: string) =>
    ({ cookie }: Person) =>
      visit(server.url, at, { cookie });

  const reads: Record<string, (who: Person) => Promise<Answer>> = {
    "a list": list(),
    "the end of a list": list("?offset=39900&limit=100"),
    "a list by title": list("?sort=title"),
    "a list of what is open, by day": list("?completed=false&sort=due_date&limit=100"),
    "a search": list("?q=nothing+like+it"),
    "a search on the page": page("/tasks?q=nothing&sort=priority"),
    "the dashboard": page("/dashboard"),
    "the security log": page("/settings/log"),
    "the sessions": page("/settings"),
    "the question before a deletion": page("/settings/delete"),
  };

  /** The longest turn of the event loop since it was last asked. */
  async function longestTurn(): Promise<number> {
    const figures = () => [...server.log().matchAll(/^LONGEST ([\d.]+)$/gm)];
    const before = figures().length;
    process.kill(server.pid, "SIGUSR2");
    await vi.waitFor(() => expect(figures().length).toBeGreaterThan(before), { timeout: 60_000, interval: 20 });
    return Number(figures().at(-1)?.[1]);
  }

  /** Somebody else reads and writes for as long as the work goes on, and for a moment at least. */
  async function besideOther(work: () => Promise<unknown>): Promise<void> {
    const change = () => api(server.url, "PATCH", "/tasks/1", other, { title: randomUUID() });
    // What is made at first use is no account's fault.
    for (const read of Object.values(reads)) expect((await read(other)).status).toBe(200);
    expect((await change()).status).toBe(200);
    await longestTurn();
    const state = { working: true };
    const done = work().finally(() => (state.working = false));
    do {
      expect((await list()(other)).status).toBe(200);
      expect((await change()).status).toBe(200);
    } while (state.working);
    await done;
    expect(await longestTurn()).toBeLessThan(longest);
  }

  it.each([
    ["forty thousand tasks", 40_000, 30],
    ["six thousand long ones", 6_000, 10_000],
  ])("that has %s and reads them in every way", async (_name, count, length) => {
    const person = await newPerson();
    await addTasks(person.user, count, length);
    await addEvents(person.user, 50_000);
    await addSessions(person.user, 5_000);
    await besideOther(async () => {
      for (const read of Object.values(reads)) expect((await read(person)).status).toBe(200);
    });
  });

  it("that takes its data along", async () => {
    const person = await newPerson();
    await addTasks(person.user, 10_000, 30);
    await addEvents(person.user, 20_000);
    await addSessions(person.user, 2_000);
    const form = { intent: "everything" };
    await besideOther(async () => {
      const answer = await submit(server.url, "/settings/data", form, person);
      expect(answer.status).toBe(200);
      const data = answer.json<Record<string, unknown[]>>();
      expect([data.tasks, data.security_log, data.sessions].map((rows) => rows?.length)).toEqual([
        10_000, 20_001, 2_002,
      ]);
    });
  });

  /** Everything of an account but its audit events, which are counted apart. */
  async function rowsOf({ user: { id: userId } }: Person): Promise<number> {
    const where = { userId };
    const counts = [
      db().user.count({ where: { id: userId } }),
      db().task.count({ where }),
      db().session.count({ where }),
      db().auditEvent.count({ where }),
    ];
    return (await Promise.all(counts)).reduce((sum, count) => sum + count);
  }

  const isGone = (who: Person) =>
    vi.waitFor(async () => expect(await rowsOf(who)).toBe(0), { timeout: 200_000, interval: 200 });

  async function hugeAccount(): Promise<Person> {
    const person = await newPerson();
    await addTasks(person.user, 15_000, 30);
    await addEvents(person.user, 20_000);
    await addSessions(person.user, 2_000);
    return person;
  }

  const deleteAccount = (who: Person) =>
    submit(server.url, "/settings/delete", { intent: "delete-account", password }, who);

  /** Signed out everywhere, and the address is free. */
  async function expectNothingLeft({ user, token, cookie }: Person): Promise<void> {
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(401);
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(303);
    expect((await api(server.url, "POST", "/auth/login", {}, { email: user.email, password })).status).toBe(401);
    expect((await api(server.url, "POST", "/auth/signup", {}, { email: user.email, password })).status).toBe(201);
  }

  it("that is deleted by its owner", async () => {
    const person = await hugeAccount();
    await besideOther(async () => {
      expect((await deleteAccount(person)).status).toBe(303);
      await expectNothingLeft(person);
      await isGone(person);
    });
  });

  it("that is deleted by the operator", async () => {
    const person = await hugeAccount();
    const { databaseUrl } = config();
    await besideOther(async () => {
      const { exitCode } = await runUserCommand(["delete", person.user.email, "--yes"], { databaseUrl });
      expect(exitCode).toBe(0);
      expect(await rowsOf(person)).toBe(0);
      await expectNothingLeft(person);
    });
  });

  it("that is being deleted when the server is killed, and while the next one cleans up", async () => {
    const person = await hugeAccount();
    expect((await deleteAccount(person)).status).toBe(303);
    await server.kill();
    expect(await rowsOf(person)).toBeGreaterThan(0);
    await addSessions(other.user, 5_000, -40);
    const nobody = { ...person.user, id: randomUUID() };
    await addEvents(nobody, 20_000);

    server = await start();
    await besideOther(async () => {
      await expectNothingLeft(person);
      await isGone(person);
      await vi.waitFor(
        async () => {
          expect(await db().session.count({ where: { userId: other.user.id, endsAt: { lt: new Date() } } })).toBe(0);
          expect(await db().auditEvent.count({ where: { userId: nobody.id } })).toBe(0);
        },
        { timeout: 200_000, interval: 200 },
      );
    });
  });
});
