import Sqlite from "better-sqlite3";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { databaseKind, workerDir } from "../../../support/databases";
import { api, send, submit, visit, type Answer } from "../../../support/http";
import { startServer, type RunningServer } from "../../../support/server";

/* Trouble with a SQLite file, made for real: deleted, replaced, no room to write, written to by nobody. */

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const newFile = () => {
  const file = path.join(mkdtempSync(path.join(workerDir, "trouble-")), "holdfast.db");
  copyFileSync(inject("sqliteTemplate"), file);
  return file;
};

async function start(file: string): Promise<{ server: RunningServer; token: string }> {
  const server = await startServer({ databaseUrl: `file:${file}` });
  undo.push(() => server.stop());
  const account = { email: "ada@example.com", password: "a quiet walk before breakfast" };
  const answer = await api(server.url, "POST", "/auth/signup", {}, account);
  expect(answer.status).toBe(201);
  return { server, token: answer.json<{ access_token: string }>().access_token };
}

const readyz = async (server: RunningServer) => (await send(server.url, "/readyz")).status;
const until = (server: RunningServer, status: number) =>
  vi.waitFor(async () => expect(await readyz(server)).toBe(status), { timeout: 10_000, interval: 50 });

function expectUnavailable(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
}

const add = (server: RunningServer, token: string, title: string, description = "") =>
  api(server.url, "POST", "/tasks", { token }, { title, description });

/** Writes until there is no room any more, and answers the titles that were acknowledged. */
async function fill(server: RunningServer, token: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let at = 0; at < 2_000; at++) {
    const title = `task ${at}`;
    const answer = await add(server, token, title, "x".repeat(10_000));
    if (answer.status !== 201) {
      expectUnavailable(answer);
      return acknowledged;
    }
    acknowledged.push(title);
  }
  throw new Error("There was always room");
}

const titlesIn = (file: string): string[] => {
  const database = new Sqlite(file);
  try {
    return database.prepare<[], string>("SELECT title FROM tasks").pluck().all();
  } finally {
    database.close();
  }
};

/** Bytes that a process may make a file as long as. The kernel refuses more of it, as it does on a full disk. */
const limitFiles = (pid: number, bytes: number | "unlimited") =>
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);

describe.runIf(databaseKind === "sqlite")("a SQLite file in trouble", () => {
  it("with no room left: writes are 503 and keep what was typed, reads go on, and it recovers", async () => {
    const file = newFile();
    const { server, token } = await start(file);
    await until(server, 200);
    const size = Math.max(statSync(file).size, statSync(`${file}-wal`).size);
    limitFiles(server.pid, size + 300_000);
    const acknowledged = await fill(server, token);
    await until(server, 503);
    expect((await api(server.url, "GET", "/tasks?limit=1", { token })).status).toBe(200);
    const typed = { email: "bob@example.com", password: "another quiet walk", confirmPassword: "another quiet walk" };
    const page = await submit(server.url, "/signup", typed);
    expectUnavailable(page);
    expect(page.text).toContain("bob@example.com");
    const told = server.log().split("\n").filter((line) => line.includes("the database cannot be used"));
    expect(told).toHaveLength(1);
    expect(server.log()).not.toContain('"stack"');

    limitFiles(server.pid, "unlimited");
    await until(server, 200);
    expect((await add(server, token, "after")).status).toBe(201);
    await server.stop();
    expect(titlesIn(file)).toEqual(expect.arrayContaining([...acknowledged, "after"]));
  }, 120_000);

  it("deleted: nothing is acknowledged any more, until the same file is back", async () => {
    const file = newFile();
    const { server, token } = await start(file);
    expect((await add(server, token, "before")).status).toBe(201);
    await until(server, 200);
    const away = `${file}.away`;
    renameSync(file, away);
    await until(server, 503);
    expectUnavailable(await add(server, token, "into nothing"));
    expectUnavailable(await api(server.url, "GET", "/tasks", { token }));
    expectUnavailable(await submit(server.url, "/login", { email: "ada@example.com", password: "something else" }));
    expect((await visit(server.url, "/docs")).status).toBe(200);
    expect(existsSync(file)).toBe(false);
    expect(server.log()).toContain('"trouble":"file deleted or replaced"');

    renameSync(away, file);
    await until(server, 200);
    expect((await add(server, token, "after")).status).toBe(201);
    await server.stop();
    expect(titlesIn(file).sort()).toEqual(["after", "before"]);
  }, 60_000);

  it("replaced, or its log deleted: the same, until the next start takes what is there", async () => {
    const file = newFile();
    const { server, token } = await start(file);
    const copy = newFile();
    renameSync(copy, file);
    expectUnavailable(await add(server, token, "into the old file"));
    await until(server, 503);
    await server.stop();
    // Not even what it had in its log is in the other file: the address is free.
    const again = await start(file);
    expect((await add(again.server, again.token, "in the new one")).status).toBe(201);

    rmSync(`${file}-wal`);
    expectUnavailable(await add(again.server, again.token, "into a log that is gone"));
    await until(again.server, 503);
  }, 60_000);

  it("locked by another program: /readyz tells while reads go on", async () => {
    const file = newFile();
    const { server, token } = await start(file);
    const other = new Sqlite(file);
    undo.push(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    await until(server, 503);
    expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
    expectUnavailable(await add(server, token, "waits five seconds"));
    other.exec("ROLLBACK");
    await until(server, 200);
    expect((await add(server, token, "after")).status).toBe(201);
  }, 60_000);

  it("on a full or read-only file system, where this machine lets a test make one", async () => {
    const folder = mkdtempSync(path.join(workerDir, "disk-"));
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]).status === 0;
    // Elsewhere the limit on the length of a file stands for it, above.
    if (!mounted) return;
    undo.push(() => execFileSync("umount", ["--lazy", folder]));
    const file = path.join(folder, "data", "holdfast.db");
    mkdirSync(path.dirname(file));
    copyFileSync(inject("sqliteTemplate"), file);
    const { server, token } = await start(file);
    await until(server, 200);
    const ballast = path.join(folder, "ballast");
    try {
      for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: "a" });
    } catch {
      // Full.
    }
    const acknowledged = await fill(server, token);
    await until(server, 503);
    expect((await api(server.url, "GET", "/tasks?limit=1", { token })).status).toBe(200);
    rmSync(ballast);
    await until(server, 200);
    expect((await add(server, token, "after")).status).toBe(201);
    await server.stop();
    expect(titlesIn(file)).toEqual(expect.arrayContaining([...acknowledged, "after"]));
  }, 120_000);
});
