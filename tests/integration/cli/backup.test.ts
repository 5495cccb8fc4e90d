import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, inject, it } from "vitest";
import { claimDatabase } from "~/core/data/database-lock.server";
import { applyMigrations } from "~/core/data/migrations/migrate.server";
import { databaseKind, workerDir } from "../../support/databases";
import { api, type Answer } from "../../support/http";
import { password } from "../../support/people";
import { runCommand, startServer, StartFailed, type RunningServer } from "../../support/server";
import { smallDisk } from "../../support/small-disk";

/* `npm run backup` and `npm run restore` with SQLite. */

const running: RunningServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

const root = path.resolve(import.meta.dirname, "../../..");
const newFolder = () => mkdtempSync(path.join(workerDir, "backup-"));
const run = (name: "backup" | "restore", file: string, dataDir: string, signal?: AbortSignal) =>
  runCommand(name, [file], { dataDir, cwd: dataDir, signal });

/** A data folder with a migrated, empty database. */
function newData(): string {
  const dataDir = path.join(newFolder(), "data");
  mkdirSync(dataDir, { mode: 0o700 });
  copyFileSync(inject("sqliteTemplate"), path.join(dataDir, "holdfast.db"));
  chmodSync(path.join(dataDir, "holdfast.db"), 0o600);
  return dataDir;
}

async function start(dataDir: string): Promise<RunningServer> {
  const server = await startServer({ dataDir });
  running.push(server);
  return server;
}

async function stop(): Promise<void> {
  await running.pop()?.stop();
}

/** A person with a bearer token. */
async function signUp(server: RunningServer) {
  const account = { email: "ada@example.com", password };
  const { access_token: token } = (await api(server.url, "POST", "/auth/signup", {}, account)).json<{
    access_token: string;
  }>();
  const add = (title: string): Promise<Answer> => api(server.url, "POST", "/tasks", { token }, { title });
  return { token, add };
}

const titlesIn = (file: string): string[] => {
  const database = new Sqlite(file, { readonly: true });
  const titles = database.prepare("SELECT title FROM tasks ORDER BY number").pluck().all() as string[];
  database.close();
  return titles;
};

const contentsOf = (file: string) => readFileSync(file).toString("base64");

/** Runs a change on a database file. */
function change(file: string, sql: string): string {
  const database = new Sqlite(file);
  database.exec(sql);
  database.close();
  return file;
}

const fullDisk = /^There is no room in |^The disk of \S+ does not take it/;

describe.runIf(databaseKind === "sqlite")("backup", () => {
  it("is one whole file of one moment, while people write", async () => {
    const dataDir = newData();
    const server = await start(dataDir);
    const { add } = await signUp(server);
    const added: string[] = [];
    let enough = false;
    const write = async (writer: number) => {
      for (let at = 0; !enough; at++) {
        const title = `task ${at} of ${writer}`;
        expect((await add(title)).status).toBe(201);
        added.push(title);
      }
    };
    const writing = Promise.all([write(1), write(2), write(3)]);
    await expect.poll(() => added.length).toBeGreaterThan(20);
    const before = added.length;
    const file = path.join(newFolder(), "copy.db");
    const { exitCode, output } = await run("backup", file, dataDir);
    enough = true;
    await writing;
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      new RegExp(`^${file} is written and checked: [\\d.,]+ [kM]B, 1 account, [\\d,]+ tasks\\.\n`),
    );
    expect(readdirSync(path.dirname(file))).toEqual(["copy.db"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const titles = titlesIn(file);
    expect(titles).toEqual(expect.arrayContaining(added.slice(0, before)));
    const database = new Sqlite(file, { readonly: true });
    expect(database.prepare("PRAGMA integrity_check").pluck().all()).toEqual(["ok"]);
    // The counter and the rows that it counts are of the same moment.
    expect(database.prepare("SELECT last_task_number FROM users").pluck().get()).toBe(titles.length);
    database.close();
  });

  it("needs no server, and leaves a crashed one's last writes in", async () => {
    const dataDir = newData();
    const { add } = await signUp(await start(dataDir));
    for (const title of ["a", "b"]) await add(title);
    await running.pop()?.kill();
    const file = path.join(newFolder(), "copy.db");
    expect(await run("backup", file, dataDir)).toMatchObject({ exitCode: 0 });
    expect(titlesIn(file)).toEqual(["a", "b"]);
  });

  it("overwrites nothing, wants a folder that is there, and says how it is called", async () => {
    const dataDir = newData();
    const folder = newFolder();
    writeFileSync(path.join(folder, "old.db"), "old");
    // A name alone is one in the folder where the command is typed.
    expect(await run("backup", "new.db", dataDir)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(dataDir)).toContain("new.db");
    expect(await run("backup", path.join(folder, "old.db"), dataDir)).toEqual({
      ...{ exitCode: 1, output: `${folder}/old.db is there already. Name a new file.\n` },
    });
    expect(await run("backup", path.join(folder, "no", "x.db"), dataDir)).toEqual({
      ...{ exitCode: 1, output: `There is no folder ${folder}/no.\n` },
    });
    expect(readdirSync(folder)).toEqual(["old.db"]);
    expect(readFileSync(path.join(folder, "old.db"), "utf8")).toBe("old");
    for (const words of [[], ["a", "b"], ["--force"], [""]]) {
      const wrong = await runCommand("backup", words, { dataDir });
      expect([wrong.exitCode, wrong.output]).toEqual([2, expect.stringMatching(/^Usage: npm run backup -- <file>/)]);
    }
    expect(await run("backup", path.join(folder, "x.db"), newFolder())).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^There is no database at \S+ yet\. Start the server once: npm start\n$/) as string,
    });
  });

  it("leaves nothing behind where there is no room", async () => {
    const dataDir = newData();
    const folder = newFolder();
    const build = path.join(root, "build/server/backup.js");
    const limited = spawnSync(
      "sh",
      ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, build, path.join(folder, "x.db")],
      { env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: "" }, encoding: "utf8" },
    );
    expect([limited.status, limited.stdout, limited.stderr]).toEqual([1, "", expect.stringMatching(fullDisk)]);
    expect(readdirSync(folder)).toEqual([]);

    const disk = smallDisk(64);
    if (!disk) return;
    try {
      const full = await run("backup", path.join(disk.folder, "x.db"), dataDir);
      expect(full).toEqual({ exitCode: 1, output: expect.stringMatching(/^There is no room in /) as string });
      expect(readdirSync(disk.folder)).toEqual([]);
    } finally {
      disk.remove();
    }
  });

  it("leaves nothing behind when it is ended", async () => {
    const dataDir = newData();
    // Somebody changes the structure of the file, and the copy waits.
    const other = new Sqlite(path.join(dataDir, "holdfast.db"));
    other.exec("BEGIN EXCLUSIVE");
    const folder = newFolder();
    const interruption = new AbortController();
    const ending = run("backup", path.join(folder, "x.db"), dataDir, interruption.signal);
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    interruption.abort();
    expect(await ending).toEqual({ exitCode: 128 + 15, output: "" });
    expect(readdirSync(folder)).toEqual([]);
    other.close();
  });
});

describe.runIf(databaseKind === "sqlite")("restore", () => {
  it("refuses while a server runs, an idle one too, or any other program has the database open", async () => {
    const dataDir = newData();
    const backup = path.join(newFolder(), "copy.db");
    expect((await run("backup", backup, dataDir)).exitCode).toBe(0);
    const inUse = {
      exitCode: 1,
      output: `${dataDir}/holdfast.db is in use. Stop the server, and every other program that has it open, first.\n`,
    };
    await start(dataDir);
    expect(await run("restore", backup, dataDir)).toEqual(inUse);
    await running.pop()?.kill();
    expect(await run("restore", backup, dataDir)).toMatchObject({ exitCode: 0 });

    // An older version's server, say, which does not know of the file by which this one's are known.
    const other = new Sqlite(path.join(dataDir, "holdfast.db"));
    other.pragma("journal_mode = WAL");
    other.prepare("SELECT count(*) FROM users").get();
    expect(await run("restore", backup, dataDir)).toEqual(inUse);
    other.close();
    expect(await run("restore", backup, dataDir)).toMatchObject({ exitCode: 0 });
  });

  it("keeps a server from starting before it is done", async () => {
    const dataDir = newData();
    const release = await claimDatabase(path.join(dataDir, "holdfast.db"));
    const failure = await startServer({ dataDir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    expect((failure as StartFailed).output).toContain(
      "Holdfast cannot start: a restore is under way on this database. Start again when it is done.\n",
    );
    expect(await run("restore", path.join(dataDir, "holdfast.db.lock"), dataDir)).toMatchObject({ exitCode: 1 });
    release?.();
    await start(dataDir);
  });

  it("puts everything back as it was, and keeps what was there since, which can be had back in the same way", async () => {
    const dataDir = newData();
    const backup = path.join(newFolder(), "copy.db");
    const { token, add } = await signUp(await start(dataDir));
    for (const title of ["a", "b"]) await add(title);
    expect((await run("backup", backup, dataDir)).exitCode).toBe(0);
    await add("c");
    // After a crash, what was written last is in the log beside the file.
    await running.pop()?.kill();

    const { exitCode, output } = await run("restore", backup, dataDir);
    expect([exitCode, output]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${backup} is the database now: 1 account, 2 tasks\\.\n`)),
    ]);
    const kept = /^What was there before is kept: (.+)$/m.exec(output)?.[1] ?? "";
    expect(path.dirname(kept)).toBe(dataDir);
    expect(titlesIn(kept)).toEqual(["a", "b", "c"]);
    for (const name of readdirSync(dataDir))
      expect([name, statSync(path.join(dataDir, name)).mode & 0o777]).toEqual([name, 0o600]);

    const server = await start(dataDir);
    const tasks = await api(server.url, "GET", "/tasks?sort=created_at", { token });
    expect(tasks.json<{ title: string }[]>().map(({ title }) => title)).toEqual(["a", "b"]);
    await stop();
    expect((await run("restore", kept, dataDir)).exitCode).toBe(0);
    expect(titlesIn(path.join(dataDir, "holdfast.db"))).toEqual(["a", "b", "c"]);
  });

  it("does so where there is no database, or a damaged one, or what is left of a lost one", async () => {
    const source = newData();
    const { add } = await signUp(await start(source));
    await add("kept");
    await stop();
    const backup = path.join(newFolder(), "copy.db");
    expect((await run("backup", backup, source)).exitCode).toBe(0);

    const empty = path.join(newFolder(), "data");
    expect(await runCommand("restore", [backup], { dataDir: workerDir, env: { DATA_DIR: empty } })).toEqual({
      exitCode: 0,
      output: expect.not.stringContaining("is kept") as string,
    });
    expect(statSync(empty).mode & 0o777).toBe(0o700);
    expect(titlesIn(path.join(empty, "holdfast.db"))).toEqual(["kept"]);

    const damaged = newData();
    writeFileSync(path.join(damaged, "holdfast.db"), "no database at all".repeat(1_000));
    expect((await run("restore", backup, damaged)).exitCode).toBe(0);
    expect(titlesIn(path.join(damaged, "holdfast.db"))).toEqual(["kept"]);

    const lost = newData();
    const other = await signUp(await start(lost));
    await other.add("another's");
    await running.pop()?.kill();
    expect(readdirSync(lost)).toContain("holdfast.db-wal");
    rmSync(path.join(lost, "holdfast.db"));
    expect((await run("restore", backup, lost)).exitCode).toBe(0);
    expect(titlesIn(path.join(lost, "holdfast.db"))).toEqual(["kept"]);
    await start(lost);
  });

  const wrong: [string, (good: string, bad: string) => void, RegExp][] = [
    ["of a newer version", (good, bad) => copyNewer(good, bad), /was made by a newer version of Holdfast, with 2999/],
    [
      "of another program",
      (_good, bad) => void change(bad, "CREATE TABLE t (x)"),
      /is a database, but none of Holdfast's/,
    ],
    ["of Prisma but not of Holdfast", (good, bad) => copyForeign(good, bad), /is no backup of Holdfast/],
    ["that is no database", (_good, bad) => writeFileSync(bad, "dear diary"), /is no backup of Holdfast/],
    ["that is empty", (_good, bad) => writeFileSync(bad, ""), /is no backup of Holdfast/],
    ["of PostgreSQL", (_good, bad) => writeFileSync(bad, "PGDMP\x01\x0f"), /is of PostgreSQL, and DATABASE_URL names/],
    ["that is half a file", (good, bad) => copyHalf(good, bad), /is damaged/],
    ["that is damaged inside", (good, bad) => copyDamaged(good, bad), /is damaged/],
    ["that is a folder", (_good, bad) => void mkdirSync(bad), /is no file/],
    ["that is not there", () => undefined, /^There is no /],
  ];
  it.each(wrong)("refuses a file %s, and changes nothing", async (_what, make, reason) => {
    const dataDir = newData();
    const folder = newFolder();
    const [good, bad] = [path.join(folder, "good.db"), path.join(folder, "bad.db")];
    expect((await run("backup", good, dataDir)).exitCode).toBe(0);
    make(good, bad);
    const before = contentsOf(path.join(dataDir, "holdfast.db"));
    const refused = await run("restore", bad, dataDir);
    expect(refused).toEqual({ exitCode: 1, output: expect.stringMatching(reason) as string });
    expect(refused.output.trim().split("\n")).toHaveLength(1);
    expect(contentsOf(path.join(dataDir, "holdfast.db"))).toBe(before);
    // Those that SQLite works with are empty, or gone with the last one who reads.
    expect(readdirSync(dataDir).filter((name) => !/-wal$|-shm$|\.lock$/.test(name))).toEqual(["holdfast.db"]);
  });

  const copyNewer = (good: string, bad: string) => {
    copyFileSync(good, bad);
    change(bad, "UPDATE _prisma_migrations SET migration_name = '29990101000000_x' WHERE rowid = 1");
  };
  const copyForeign = (good: string, bad: string) => {
    copyFileSync(good, bad);
    change(bad, "UPDATE _prisma_migrations SET migration_name = 'their_' || migration_name");
  };
  const copyHalf = (good: string, bad: string) => {
    copyFileSync(good, bad);
    truncateSync(bad, Math.floor(statSync(good).size / 2));
  };
  const copyDamaged = (good: string, bad: string) => {
    const bytes = readFileSync(good);
    bytes.fill(0xa5, 8 * 4096, 12 * 4096);
    writeFileSync(bad, bytes);
  };

  it("leaves nothing behind where there is no room", async () => {
    const backup = path.join(newFolder(), "copy.db");
    expect((await run("backup", backup, newData())).exitCode).toBe(0);
    const disk = smallDisk(Math.ceil(statSync(backup).size / 1024) + 100);
    if (!disk) return;
    try {
      copyFileSync(backup, path.join(disk.folder, "holdfast.db"));
      const full = await run("restore", backup, disk.folder);
      expect(full).toEqual({ exitCode: 1, output: expect.stringMatching(/^There is no room in /) as string });
      expect(readdirSync(disk.folder).sort()).toEqual(["holdfast.db", "holdfast.db.lock"]);
      expect(readFileSync(path.join(disk.folder, "holdfast.db"))).toEqual(readFileSync(backup));
    } finally {
      disk.remove();
    }
  });

  it("takes a backup of an older version, which the next start brings up to date", async () => {
    const older = path.join(newFolder(), "migrations");
    const migrations = path.join(root, "prisma/migrations/sqlite");
    const names = readdirSync(migrations)
      .filter((name) => name.startsWith("2"))
      .sort();
    for (const name of names.slice(0, -1)) {
      mkdirSync(path.join(older, "sqlite", name), { recursive: true });
      copyFileSync(path.join(migrations, name, "migration.sql"), path.join(older, "sqlite", name, "migration.sql"));
    }
    const backup = path.join(newFolder(), "older.db");
    await applyMigrations({ url: `file:${backup}`, migrationsDir: older });
    const dataDir = newData();
    expect(await run("restore", backup, dataDir)).toEqual({
      exitCode: 0,
      output: expect.stringContaining("It is of an older version. The next start brings it up to date.") as string,
    });
    const { add } = await signUp(await start(dataDir));
    expect((await add("new")).status).toBe(201);
  });

  it("says how it is called", async () => {
    for (const words of [[], ["a", "b"], ["--yes"]]) {
      const outcome = await runCommand("restore", words, { dataDir: newFolder() });
      expect([outcome.exitCode, outcome.output]).toEqual([
        2,
        expect.stringMatching(/^Usage: npm run restore -- <file>/),
      ]);
    }
  });
});
