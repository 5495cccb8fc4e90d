import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { newDatabase, workerDir, databaseKind } from "../support/databases";
import { api, cookiesAfter, send, submit, visit, type Answer } from "../support/http";
import { newToken, newUser, password } from "../support/people";
import { StartFailed, startServer, type RunningServer, type ServerOptions } from "../support/server";

const running: RunningServer[] = [];

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ databaseUrl: config().databaseUrl, ...options });
  running.push(server);
  return server;
}

afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

const newDir = () => mkdtempSync(path.join(workerDir, "data-"));
const account = { email: "ada@example.com", password };

describe("start", () => {
  it.each<[string, Record<string, string | undefined>, string[]]>([
    [
      "several bad settings",
      { JWT_SECRET_KEY: "x".repeat(31), PUBLIC_URL: "tasks", RATE_LIMITS: "no", TRUST_PROXY: "everybody" },
      ["JWT_SECRET_KEY", "PUBLIC_URL", "RATE_LIMITS", "TRUST_PROXY"],
    ],
    ["a port that is none", { PORT: "70000" }, ["PORT"]],
    [
      "PostgreSQL without secrets",
      { DATABASE_URL: "postgresql://nobody@localhost/none", SESSION_SECRET: undefined, JWT_SECRET_KEY: "" },
      ["SESSION_SECRET", "JWT_SECRET_KEY"],
    ],
  ])("is refused with one message that names every fault: %s", async (_name, env, names) => {
    const dataDir = newDir();
    const failure = await startServer({ env, dataDir }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect(exitCode).toBe(1);
    const [head, ...faults] = output.trim().split("\n");
    expect(head).toBe("The settings are not usable:");
    expect(faults.map((fault) => /^ {2}- (\w+) /.exec(fault)?.[1]).sort()).toEqual([...names].sort());
    expect(existsSync(path.join(dataDir, "holdfast.db"))).toBe(false);
  });

  it("is refused clearly when the database cannot be reached", async () => {
    const file = path.join(newDir(), "file");
    writeFileSync(file, "");
    const unreachable =
      databaseKind === "postgresql" ? "postgresql://u:topsecret@127.0.0.1:1/none" : `file:${file}/holdfast.db`;
    const failure = await startServer({ databaseUrl: unreachable }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^Holdfast cannot start: .+/m);
    expect(output).not.toContain("topsecret");
    // PostgreSQL is waited for, half a minute.
  }, 90_000);

  it("is refused clearly when the port is taken", async () => {
    const server = await start();
    const failure = await startServer({ databaseUrl: config().databaseUrl, env: { PORT: String(server.port) } }).catch(
      (error: unknown) => error,
    );
    expect((failure as StartFailed).output).toMatch(/Holdfast cannot start: .*EADDRINUSE/);
  });

  it.runIf(databaseKind === "sqlite")("is refused clearly when SQLite's driver is not installed", async () => {
    const preload = `
      import Module from "node:module";
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        if (name.startsWith("better-sqlite3-")) throw Object.assign(new Error(), { code: "MODULE_NOT_FOUND" });
        return resolve.call(this, name, ...rest);
      };`;
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(preload)}` };
    for (const databaseUrl of [config().databaseUrl, `file:${newDir()}/new.db`]) {
      const failure = await startServer({ databaseUrl, env }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StartFailed);
      const { exitCode, output } = failure as StartFailed;
      expect(exitCode).toBe(1);
      expect(output).toMatch(/^Holdfast cannot start: SQLite's driver, better-sqlite3-1[23], .+ Run `npm ci` again/m);
      expect(output).not.toMatch(/^\s+at /m);
    }
  });

  it("of several processes at once on one empty database makes all of them ready", async () => {
    const databaseUrl = await newDatabase({ migrated: false });
    const servers = await Promise.all(Array.from({ length: 4 }, () => start({ databaseUrl })));
    for (const server of servers) expect((await send(server.url, "/readyz")).status).toBe(200);
    const [first, second] = servers as [RunningServer, RunningServer];
    expect((await api(first.url, "POST", "/auth/signup", {}, account)).status).toBe(201);
    expect((await api(second.url, "POST", "/auth/login", {}, account)).status).toBe(200);
  });

  it("on an empty directory makes the database and the secrets, for the owner's eyes alone, and keeps them", async () => {
    const dataDir = path.join(newDir(), "data");
    mkdirSync(path.dirname(dataDir), { recursive: true });
    const env = { SESSION_SECRET: undefined, JWT_SECRET_KEY: undefined, DATABASE_URL: undefined, DATA_DIR: dataDir };
    const first = await start({ dataDir: path.dirname(dataDir), databaseUrl: undefined, env });
    const secrets = ["session-secret", "jwt-secret-key"].map((name) => path.join(dataDir, name));
    for (const file of secrets) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).toMatch(/^[\w-]{43}$/);
    }
    expect(readFileSync(secrets[0] ?? "")).not.toEqual(readFileSync(secrets[1] ?? ""));
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const page = await submit(first.url, "/signup", { ...account, name: "", confirmPassword: password });
    const cookie = cookiesAfter(page);
    const { access_token: token } = (await api(first.url, "POST", "/auth/login", {}, account)).json();
    await first.stop();

    const second = await start({ dataDir: path.dirname(dataDir), databaseUrl: undefined, env });
    expect((await visit(second.url, "/tasks", { cookie })).status).toBe(200);
    expect((await api(second.url, "GET", "/tasks", { token: String(token) })).status).toBe(200);
  });
});

describe("health", () => {
  it("tells that the process is up and that the database answers", async () => {
    const server = await start();
    for (const at of ["/healthz", "/readyz"]) {
      const answer = await send(server.url, at);
      expect([answer.status, answer.json()]).toEqual([200, { status: "ok" }]);
    }
  });
});

describe("SESSION_SECRET", () => {
  it("may be rotated over a restart: old cookies are read by the second, new ones are made by the first", async () => {
    const [old, fresh] = ["the old session secret", "the fresh session secret"];
    const { email } = await newUser();
    const logIn = (server: RunningServer) => submit(server.url, "/login", { email, password });
    const isSignedIn = async (server: RunningServer, cookie: string) =>
      (await visit(server.url, "/tasks", { cookie })).status === 200;

    const before = await start({ env: { SESSION_SECRET: old } });
    const oldCookie = cookiesAfter(await logIn(before));
    expect(await isSignedIn(before, oldCookie)).toBe(true);
    await before.stop();

    const during = await start({ env: { SESSION_SECRET: `${fresh},${old}` } });
    expect(await isSignedIn(during, oldCookie)).toBe(true);
    const newCookie = cookiesAfter(await logIn(during));
    await during.stop();

    const after = await start({ env: { SESSION_SECRET: fresh } });
    expect(await isSignedIn(after, newCookie)).toBe(true);
    expect(await isSignedIn(after, oldCookie)).toBe(false);
  });
});

describe("SIGTERM", () => {
  /** Ten seconds are the rule, on a machine that has nothing else to do; a client that is waited for would take a minute. */
  const patience = 30_000;

  it("finishes the request in flight, takes no other, and ends with 0 within ten seconds", async () => {
    const server = await start();
    const user = await newUser();
    const body = JSON.stringify({ title: "in flight" });
    const socket = connect(server.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.write(
      [
        "POST /api/tasks HTTP/1.1",
        "Host: localhost",
        `Authorization: Bearer ${await newToken(user)}`,
        "Content-Type: application/json",
        `Content-Length: ${body.length}`,
        "Expect: 100-continue",
        "",
        "",
      ].join("\r\n"),
    );
    // The server has the head and asks for the body: the request is in flight.
    while (!answer.includes("100 Continue")) await once(socket, "data");
    const began = Date.now();
    server.terminate();
    await untilRefused(server.port);
    socket.write(body);
    await once(socket, "close");
    expect(answer).toContain("HTTP/1.1 201 Created");
    expect(await server.exited).toBe(0);
    expect(Date.now() - began).toBeLessThan(patience);
    expect(await db().task.count({ where: { userId: user.id, title: "in flight" } })).toBe(1);
    running.splice(0);
  });

  it("ends with 0 within ten seconds although clients keep their connections open", async () => {
    const server = await start();
    const idle = connect(server.port, "127.0.0.1");
    await once(idle, "connect");
    const half = connect(server.port, "127.0.0.1");
    half.on("error", () => undefined);
    await once(half, "connect");
    half.write("GET /tasks HTTP/1.1\r\nHost: localh");
    expect((await send(server.url, "/healthz")).status).toBe(200);
    const began = Date.now();
    expect(await server.stop()).toBe(0);
    expect(Date.now() - began).toBeLessThan(patience);
    for (const socket of [idle, half]) socket.destroy();
    running.splice(0);
  });

  it("is heard at every moment from the first listener on, whatever the start does", async () => {
    const watch = `let deaf = 0;
      for (const signal of ["SIGTERM", "SIGINT"]) process.on("removeListener", (name) => {
        if (name === signal && !process.listenerCount(signal)) deaf++;
      });
      process.on("exit", () => console.log("deaf " + deaf + " times"));`;
    const server = await start({
      env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(watch)}` },
    });
    expect(await server.stop()).toBe(0);
    expect(server.log()).toContain("deaf 0 times");
    running.splice(0);
  });

  /** Waits until nobody listens on a port any more. */
  async function untilRefused(port: number): Promise<void> {
    for (;;) {
      const probe = connect(port, "127.0.0.1");
      const open = await once(probe, "connect").then(
        () => true,
        () => false,
      );
      probe.destroy();
      if (!open) return;
    }
  }
});

describe("SIGKILL", () => {
  it("in a burst of writes loses no task that was acknowledged, and the next start is clean", async () => {
    const user = await newUser();
    const token = await newToken(user);
    const acknowledged = new Map<number, string>();
    for (let round = 1; round <= 3; round++) {
      const server = await start();
      const before = acknowledged.size;
      let killed: Promise<void> | undefined;
      const write = async (writer: number) => {
        for (let at = 0; ; at++) {
          const title = `round ${round}, writer ${writer}, task ${at}`;
          const answer: Answer | null = await api(server.url, "POST", "/tasks", { token }, { title }).catch(() => null);
          if (!answer) return;
          expect(answer.status).toBe(201);
          acknowledged.set(answer.json<{ id: number }>().id, title);
          if (acknowledged.size - before >= 25) killed ??= server.kill();
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
      await killed;
      running.splice(0);
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(75);

    const server = await start();
    const kept = new Map(
      (await db().task.findMany({ where: { userId: user.id } })).map((task) => [task.number, task.title]),
    );
    for (const [number, title] of acknowledged) expect([number, kept.get(number)]).toEqual([number, title]);
    const next = await api(server.url, "POST", "/tasks", { token }, { title: "next" });
    expect(next.json<{ id: number }>().id).toBe(Math.max(...kept.keys()) + 1);
  });
});
