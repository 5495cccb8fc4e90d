import pg from "pg";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { databaseKind, newDatabase } from "../../../support/databases";
import { api, send, submit, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser } from "../../../support/people";
import { runUserCommand, StartFailed, startServer, type RunningServer } from "../../../support/server";
import { startTcpProxy, type TcpProxy } from "../../../support/tcp-proxy";

/* Trouble with PostgreSQL, made for real: cut, refused, frozen, locked, read-only. */

/** The limit of the servers here, and what a busy machine may add to it before a test fails. */
const limitMs = 2_000;
const graceMs = 8_000;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(databaseUrl: string, env: Record<string, string> = {}): Promise<RunningServer> {
  const server = await startServer({ databaseUrl, env: { STATEMENT_TIMEOUT_MS: String(limitMs), ...env } });
  undo.push(() => server.stop());
  return server;
}

async function startBehindProxy(): Promise<{ server: RunningServer; proxy: TcpProxy }> {
  const proxy = await startTcpProxy(config().databaseUrl);
  undo.push(() => proxy.stop());
  const server = await start(proxy.url);
  undo.push(() => {
    proxy.heal();
  });
  return { server, proxy };
}

/** A connection of somebody else. */
async function connect(url = config().databaseUrl): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  undo.push(() => client.end());
  return client;
}

async function timed(ask: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const began = performance.now();
  return { answer: await ask(), ms: performance.now() - began };
}

const readyz = (server: RunningServer) => timed(() => send(server.url, "/readyz"));

/** Until the server is ready again, without a restart. */
const untilReady = (server: RunningServer) =>
  vi.waitFor(async () => expect((await send(server.url, "/readyz")).status).toBe(200), { timeout: 20_000, interval: 50 });

async function expectNotReadyInTime(server: RunningServer): Promise<void> {
  // An answer of just before is good for a moment.
  await vi.waitFor(
    async () => {
      const { answer, ms } = await readyz(server);
      expect(ms).toBeLessThan(2_000 + graceMs);
      expect(answer.status).toBe(503);
    },
    { timeout: 10_000, interval: 50 },
  );
}

describe.runIf(databaseKind === "postgresql")("PostgreSQL in trouble", () => {
  it("a cut every 60 ms with 100 requests in flight: the process lives, and nothing acknowledged is lost", async () => {
    const { server, proxy } = await startBehindProxy();
    const user = await newUser();
    const token = await newToken(user);
    const acknowledged = new Map<number, string>();
    const statuses = new Map<number, number>();
    const cutting = setInterval(() => proxy.cut(), 60);
    undo.push(() => clearInterval(cutting));
    const write = async (writer: number) => {
      for (let at = 0; at < 6; at++) {
        const title = `writer ${writer}, task ${at}`;
        const answer = await api(server.url, "POST", "/tasks", { token }, { title });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status === 201) acknowledged.set(answer.json<{ id: number }>().id, title);
      }
    };
    await Promise.all(Array.from({ length: 100 }, (_, writer) => write(writer)));
    clearInterval(cutting);
    expect([...statuses.keys()].filter((status) => ![201, 503].includes(status))).toEqual([]);
    // Neither of the two is all there was, or nothing was tried.
    expect(statuses.get(503) ?? 0).toBeGreaterThan(0);

    const kept = new Map(
      (await db().task.findMany({ where: { userId: user.id } })).map(({ number, title }) => [number, title]),
    );
    for (const [number, title] of acknowledged) expect([number, kept.get(number)]).toEqual([number, title]);
    await untilReady(server);
    expect((await api(server.url, "POST", "/tasks", { token }, { title: "after" })).status).toBe(201);
  }, 120_000);

  it("connections that the server ends, over and over, are 503 at worst", async () => {
    const server = await start(config().databaseUrl);
    const token = await newToken(await newUser());
    const admin = await connect(inject("postgresUrl"));
    const name = new URL(config().databaseUrl).pathname.slice(1);
    const statuses: number[] = [];
    for (let round = 0; round < 20; round++) {
      const asked = Array.from({ length: 20 }, () => api(server.url, "GET", "/tasks", { token }));
      await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
      statuses.push(...(await Promise.all(asked)).map(({ status }) => status));
    }
    expect(statuses.filter((status) => ![200, 503].includes(status))).toEqual([]);
    await untilReady(server);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
  });

  it("a lock on one table: nobody waits longer than the limit, and /readyz tells", async () => {
    const server = await start(config().databaseUrl);
    const token = await newToken(await newUser());
    expect((await readyz(server)).answer.status).toBe(200);
    const holder = await connect();
    await holder.query("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    const asked = [
      ...Array.from({ length: 25 }, () => timed(() => api(server.url, "GET", "/tasks", { token }))),
      timed(() => api(server.url, "GET", "/auth/me", { token })),
    ];
    await expectNotReadyInTime(server);
    for (const { answer, ms } of await Promise.all(asked)) {
      expect([200, 503]).toContain(answer.status);
      expect(ms).toBeLessThan(limitMs + graceMs);
    }
    expect((await Promise.all(asked)).some(({ answer }) => answer.status === 503)).toBe(true);
    await holder.query("ROLLBACK");
    await untilReady(server);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
  }, 60_000);

  it("a server that takes everything and answers nothing: 503 in time, a stop in time", async () => {
    const { server, proxy } = await startBehindProxy();
    const user = await newUser();
    const [token, cookie] = [await newToken(user), await newCookie(user)];
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
    expect((await readyz(server)).answer.status).toBe(200);
    proxy.swallow();
    const asked = [
      timed(() => api(server.url, "POST", "/tasks", { token }, { title: "lost" })),
      timed(() => visit(server.url, "/tasks", { cookie })),
      timed(() => submit(server.url, "/tasks", { intent: "add", title: "Kept here" }, { cookie })),
      timed(() => submit(server.url, "/login", { email: "ada@example.com", password: "something long" })),
    ];
    await expectNotReadyInTime(server);
    for (const { answer, ms } of await Promise.all(asked)) {
      expect(answer.status).toBe(503);
      expect(ms).toBeLessThan(limitMs + graceMs);
    }
    expect((await asked[2])?.answer.text).toContain("Kept here");
    proxy.heal();
    await untilReady(server);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
  }, 90_000);

  it("SIGTERM while it is frozen and requests hang ends the process with 0 within 10 seconds", async () => {
    const proxy = await startTcpProxy(config().databaseUrl);
    undo.push(() => proxy.stop());
    const server = await startServer({ databaseUrl: proxy.url, env: { STATEMENT_TIMEOUT_MS: "60000" } });
    const token = await newToken(await newUser());
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
    proxy.swallow();
    const hanging = Array.from({ length: 20 }, () => api(server.url, "GET", "/tasks", { token }).catch(() => null));
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(5));
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    await Promise.all(hanging);
  }, 60_000);

  it("a backend that was stopped holds up nobody for longer than the limit", async () => {
    const url = new URL(config().databaseUrl);
    url.searchParams.set("application_name", "held up");
    const server = await start(url.href, { DATABASE_POOL: "1" });
    const token = await newToken(await newUser());
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
    const watcher = await connect();
    const idle = async () => {
      const { rows } = await watcher.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'held up' AND state = 'idle'",
      );
      return rows.map(({ pid }) => pid);
    };
    await expect.poll(idle).toHaveLength(1);
    const [pid = 0] = await idle();
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, "SIGSTOP");
    undo.push(() => process.kill(pid, "SIGCONT"));
    const { answer, ms } = await timed(() => api(server.url, "GET", "/tasks", { token }));
    expect(answer.status).toBe(503);
    expect(ms).toBeLessThan(limitMs + graceMs);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
  }, 60_000);

  it("a database that takes no writes is read, and its writes and /readyz are 503", async () => {
    const url = await newDatabase();
    const server = await start(url);
    const admin = await connect(inject("postgresUrl"));
    const name = admin.escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await submit(server.url, "/login", { email: "a@example.com", password: "something long" })).status).not.toBe(500);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [
      decodeURIComponent(new URL(url).pathname.slice(1)),
    ]);
    await vi.waitFor(async () => expect((await send(server.url, "/readyz")).status).toBe(503), { timeout: 10_000 });
    const answer = await submit(server.url, "/signup", {
      email: "typed@example.com",
      password: "a long enough password",
      confirmPassword: "a long enough password",
    });
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("typed@example.com");
    expect(server.log()).toContain('"trouble":"read-only"');
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [
      decodeURIComponent(new URL(url).pathname.slice(1)),
    ]);
    await untilReady(server);
  }, 60_000);

  it("the log says when it is over", async () => {
    const { server, proxy } = await startBehindProxy();
    const token = await newToken(await newUser());
    proxy.refuse();
    for (let at = 0; at < 10; at++) await api(server.url, "GET", "/tasks", { token });
    proxy.heal();
    await vi.waitFor(() => expect(server.log()).toContain("the database can be used again"), { timeout: 30_000 });
    expect(server.log().split("the database cannot be used").length - 1).toBe(1);
  }, 60_000);

  it("the operator's command gives up on it as well", async () => {
    const proxy = await startTcpProxy(config().databaseUrl);
    undo.push(() => proxy.stop());
    const env = { STATEMENT_TIMEOUT_MS: String(limitMs) };
    proxy.swallow();
    const frozen = await runUserCommand(["list"], { databaseUrl: proxy.url, env });
    expect(frozen.exitCode).toBe(1);
    expect(frozen.output).toMatch(/^The database cannot be used just now: [a-z ]+\.\n$/);
    proxy.refuse();
    const away = await runUserCommand(["list"], { databaseUrl: proxy.url, env });
    expect(away).toEqual({ exitCode: 1, output: "The database cannot be used just now: unreachable.\n" });
  }, 60_000);
});

describe.runIf(databaseKind === "postgresql")("a start", () => {
  it("waits for a database that is away, says so, and goes on when it is there", async () => {
    const proxy = await startTcpProxy(config().databaseUrl);
    undo.push(() => proxy.stop());
    proxy.refuse();
    const starting = startServer({ databaseUrl: proxy.url });
    await vi.waitFor(() => expect(proxy.refused()).toBeGreaterThan(1), { timeout: 30_000 });
    proxy.heal();
    const server = await starting;
    undo.push(() => server.stop());
    const told = server.log().split("\n").filter((line) => line.includes("waiting for the database"));
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told[0]).toContain(new URL(proxy.url).host);
    expect(server.log()).not.toContain(new URL(proxy.url).password);
  }, 60_000);

  it("gives up on one that is frozen, after 30 seconds, and says which", async () => {
    const proxy = await startTcpProxy(config().databaseUrl);
    undo.push(() => proxy.stop());
    proxy.swallow();
    const failure: unknown = await startServer({ databaseUrl: proxy.url }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect(exitCode).toBe(1);
    expect(output).toContain(`Holdfast cannot start: the database ${new URL(proxy.url).host}`);
    expect(output).toContain("waiting for the database");
    expect(output).not.toContain(new URL(proxy.url).password);
  }, 90_000);

  it.each(["LATIN1", "SQL_ASCII"])("refuses a database that holds text as %s", async (encoding) => {
    const admin = await connect(inject("postgresUrl"));
    const name = `encoding_${encoding.toLowerCase()}`;
    await admin.query(
      `CREATE DATABASE ${name} ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0`,
    );
    const url = new URL(inject("postgresUrl"));
    url.pathname = `/${name}`;
    const failure: unknown = await startServer({ databaseUrl: url.href }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect(exitCode).toBe(1);
    expect(output).toContain(`holds text as ${encoding}`);
    expect(output).toContain("UTF8");
  });

  it("does not wait for what no waiting mends", async () => {
    const wrong = new URL(config().databaseUrl);
    wrong.pathname = "/there-is-none";
    const failure: unknown = await startServer({ databaseUrl: wrong.href }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    expect((failure as StartFailed).output).toContain("there-is-none");
    expect((failure as StartFailed).output).not.toContain("waiting");
  });
});
