import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { databaseKind, workerDir } from "../../../support/databases";
import { submit } from "../../../support/http";
import { password } from "../../../support/people";
import { runUserCommand, startServer, type RunningServer } from "../../../support/server";

/* Who else on the machine may read what Holdfast keeps. With PostgreSQL it keeps hardly anything. */

const running: RunningServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

const newFolder = () => mkdtempSync(path.join(workerDir, "folder-"));
const modeOf = (place: string) => (statSync(place).mode & 0o7777).toString(8);

/** Every file and folder from a folder on, with its mode. */
function modesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries([".", ...names].map((name) => [name, modeOf(path.join(folder, name))]));
}

const env = (dataDir: string, databaseUrl?: string) => ({
  ...{ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, SESSION_SECRET: undefined, JWT_SECRET_KEY: undefined },
});

async function start(dataDir: string, databaseUrl?: string): Promise<RunningServer> {
  const server = await startServer({ dataDir: workerDir, env: env(dataDir, databaseUrl) });
  running.push(server);
  return server;
}

/** Has a message written, which is a file. */
async function makeMail(server: RunningServer, dataDir: string): Promise<void> {
  const email = "ada@example.com";
  await submit(server.url, "/signup", { email, name: "", password, confirmPassword: password });
  await submit(server.url, "/forgot-password", { email });
  const isThere = () => readdirSync(dataDir, { recursive: true, encoding: "utf8" }).some((name) => /\.eml$/.test(name));
  await expect.poll(isThere).toBe(true);
}

const warnings = (server: RunningServer) => server.log().match(/others c[^"]+/g) ?? [];

describe.runIf(databaseKind === "sqlite")("the data folder", () => {
  it("is the owner's alone from the first moment, with everything that comes into it", async () => {
    const dataDir = path.join(newFolder(), "data");
    const server = await start(dataDir);
    await makeMail(server, dataDir);
    const modes = modesIn(dataDir);
    expect(Object.keys(modes)).toEqual(
      expect.arrayContaining(["holdfast.db", "holdfast.db-shm", "holdfast.db-wal", "jwt-secret-key", "session-secret"]),
    );
    for (const [name, mode] of Object.entries(modes))
      expect([name, mode]).toEqual([name, [".", "outbox"].includes(name) ? "700" : "600"]);
    expect(warnings(server)).toEqual([]);
  });

  it("that was open to others before is closed at the next start, which says so once", async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await makeMail(first, dataDir);
    // As it is after a crash: the files beside the database are there, too.
    await running.pop()?.kill();
    mkdirSync(path.join(dataDir, "old"));
    writeFileSync(path.join(dataDir, "old", "copy.db"), "");
    for (const name of [".", ...readdirSync(dataDir, { recursive: true, encoding: "utf8" })])
      chmodSync(path.join(dataDir, name), name.includes("copy") ? 0o644 : 0o777);

    const second = await start(dataDir);
    for (const [name, mode] of Object.entries(modesIn(dataDir)))
      expect([name, mode]).toEqual([name, [".", "outbox", "old"].includes(name) ? "700" : "600"]);
    expect(warnings(second)).toEqual(["others could read the data: files are 0600, folders 0700 now"]);
    await running.pop()?.stop();
    expect(warnings(await start(dataDir))).toEqual([]);
  });

  it("is closed by an operator's command as well, beside a running server too", async () => {
    const dataDir = newFolder();
    await start(dataDir);
    for (const name of [".", "holdfast.db", "holdfast.db-wal", "holdfast.db-shm"])
      chmodSync(path.join(dataDir, name), name === "." ? 0o755 : 0o644);
    expect(await runUserCommand(["list"], { env: env(dataDir) })).toMatchObject({ exitCode: 0 });
    for (const [name, mode] of Object.entries(modesIn(dataDir)))
      expect([name, mode]).toEqual([name, name === "." ? "700" : "600"]);
  });

  it("may be elsewhere: the database's files are closed, the folder of somebody else is not", async () => {
    const [dataDir, foreign] = [newFolder(), newFolder()];
    chmodSync(foreign, 0o755);
    writeFileSync(path.join(foreign, "notes.txt"), "", { mode: 0o644 });
    await start(dataDir, `file:${foreign}/tasks.db`);
    const { ".": folder, "notes.txt": notes, ...files } = modesIn(foreign);
    expect([folder, notes]).toEqual(["755", "644"]);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["tasks.db", "tasks.db-shm", "tasks.db-wal"]));
    expect(new Set(Object.values(files))).toEqual(new Set(["600"]));

    await start(dataDir, `file:${foreign}/new/tasks.db`);
    expect(modeOf(path.join(foreign, "new"))).toBe("700");
  });

  it("that everybody uses stays as it is, but for what is Holdfast's in it; links lead nowhere", async () => {
    const [shared, elsewhere] = [newFolder(), newFolder()];
    writeFileSync(path.join(elsewhere, "theirs"), "", { mode: 0o644 });
    writeFileSync(path.join(shared, "theirs"), "", { mode: 0o644 });
    symlinkSync(path.join(elsewhere, "theirs"), path.join(shared, "session-secret"));
    chmodSync(shared, 0o1777);
    const server = await startServer({ dataDir: workerDir, env: { DATA_DIR: shared, DATABASE_URL: undefined } });
    running.push(server);
    expect(modesIn(shared)).toMatchObject({ ".": "1777", theirs: "644", "holdfast.db": "600" });
    expect(modeOf(path.join(elsewhere, "theirs"))).toBe("644");
    expect(warnings(server)).toEqual(["others can read the data, and the modes are not ours to change"]);
  });
});

it("a folder whose modes cannot be changed stops no command", async () => {
  // The system's own: not even root changes those.
  const foreign = { dataDir: "/proc/self/fdinfo", databaseUrl: process.env.DATABASE_URL };
  const listed = await runUserCommand(["list"], { databaseUrl: foreign.databaseUrl, env: { DATA_DIR: foreign.dataDir } });
  expect(listed).toMatchObject({ exitCode: 0 });
});
