import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { databaseKind, newDatabase, workerDir } from "../../support/databases";
import { runSql } from "../../support/catalogue";
import { api } from "../../support/http";
import { installedPostgres } from "../../support/installed-postgres";
import { password } from "../../support/people";
import { startPostgres, type PostgresServer } from "../../support/postgres";
import { runCommand, startServer, type RunningServer } from "../../support/server";

/* `npm run backup` and `npm run restore` with PostgreSQL, whose own programs do the work. */

const newFolder = () => mkdtempSync(path.join(workerDir, "dump-"));
const onPostgresql = databaseKind === "postgresql";

/** A folder with programs of these names, which say of themselves that they are of a version and note how they are called. */
function fakePrograms(version: string, log: string): string {
  const folder = newFolder();
  for (const name of ["pg_dump", "pg_restore", "psql"]) {
    const file = path.join(folder, name);
    writeFileSync(
      file,
      `#!/bin/sh
case "$*" in --version) echo "${name} (PostgreSQL) ${version}"; exit 0;; esac
echo "$0 $*" >> ${log}; echo "$PGHOST:$PGPORT $PGUSER $PGDATABASE $PGPASSWORD" >> ${log}.env
for word in "$@"; do case "$word" in --file=/dev/null) ;; --file=*) echo PGDMP > "\${word#--file=}";; esac; done
`,
    );
    chmodSync(file, 0o755);
  }
  return folder;
}

describe.runIf(onPostgresql)("backup", () => {
  const run = (file: string, env: Record<string, string> = {}) =>
    runCommand("backup", [file], { databaseUrl: config().databaseUrl, env });

  it("says what is missing", async () => {
    const folder = newFolder();
    const { exitCode, output } = await run(path.join(folder, "x.dump"), { PATH: newFolder() });
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/^pg_dump is not installed\. .+\n$/)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says that pg_dump is older than the server", async () => {
    const folder = newFolder();
    const PATH = fakePrograms("9.6.24 (Debian)", path.join(folder, "log"));
    const { exitCode, output } = await run(path.join(folder, "x.dump"), { PATH });
    expect([exitCode, output]).toEqual([
      1,
      expect.stringMatching(/^pg_dump is of PostgreSQL 9 and the server of \d+\. Install .+\n$/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says that a database has nothing in it, or does not answer, without its password", async () => {
    const file = path.join(newFolder(), "x.dump");
    const empty = await runCommand("backup", [file], { databaseUrl: await newDatabase({ migrated: false }) });
    expect(empty).toEqual({
      exitCode: 1,
      output: expect.stringContaining("holds nothing of Holdfast's yet") as string,
    });
    const away = await runCommand("backup", [file], { databaseUrl: "postgresql://u:topsecret@127.0.0.1:1/none" });
    expect(away).toEqual({ exitCode: 1, output: expect.stringMatching(/^The database cannot be reached: /) as string });
    expect(away.output).not.toContain("topsecret");
  });

  it("tells its programs the password where nobody else can read it", async () => {
    const folder = newFolder();
    const log = path.join(newFolder(), "log");
    const PATH = `${fakePrograms("99.1", log)}:${process.env.PATH ?? ""}`;
    const file = path.join(folder, "x.dump");
    const { exitCode, output } = await run(file, { PATH });
    expect([exitCode, output]).toEqual([0, expect.stringContaining(`${file} is written and checked: `)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["x.dump"]);
    const url = new URL(config().databaseUrl);
    const words = readFileSync(log, "utf8");
    expect(words).toMatch(/pg_dump --format=custom --schema="public" [^\n]+\n[^\n]+pg_restore /);
    for (const secret of [url.password, url.host, url.pathname.slice(1)]) expect(words).not.toContain(secret);
    expect(readFileSync(`${log}.env`, "utf8").split("\n")[0]).toBe(
      `${url.hostname}:${url.port} ${url.username} ${url.pathname.slice(1)} ${url.password}`,
    );
  });
});

const bin = onPostgresql ? installedPostgres() : undefined;

describe.runIf(bin)("with a PostgreSQL whose programs are installed", () => {
  let postgres: PostgresServer;
  let server: RunningServer | undefined;
  const PATH = `${bin ?? ""}:${process.env.PATH ?? ""}`;

  beforeAll(async () => {
    postgres = await startPostgres(bin);
  });
  afterAll(async () => {
    await server?.stop();
    await postgres.stop();
  });

  let databases = 0;
  const newUrl = () => postgres.createDatabase(`holdfast "${++databases}"`);
  const run = (name: "backup" | "restore", file: string, databaseUrl: string) =>
    runCommand(name, [file], { databaseUrl, env: { PATH } });
  async function start(databaseUrl: string): Promise<RunningServer> {
    return (server = await startServer({ databaseUrl }));
  }
  async function stop(): Promise<void> {
    await server?.stop();
    server = undefined;
  }
  const titlesAt = async (url: string, schema = "public") =>
    ((await runSql(url, `SELECT title FROM "${schema}".tasks ORDER BY number`)) as { title: string }[]).map(
      ({ title }) => title,
    );

  async function signUp(to: RunningServer) {
    const account = { email: "ada@example.com", password };
    const answer = await api(to.url, "POST", "/auth/signup", {}, account);
    const { access_token: token } = answer.json<{ access_token: string }>();
    const add = async (title: string) => {
      expect((await api(to.url, "POST", "/tasks", { token }, { title })).status).toBe(201);
    };
    return { token, add };
  }

  it("a backup puts everything back as it was, and what was there since is kept", async () => {
    const url = await newUrl();
    const file = path.join(newFolder(), "x.dump");
    const { token, add } = await signUp(await start(url));
    for (const title of ["a", "tab\tand \\N", "ä"]) await add(title);
    const made = await run("backup", file, url);
    expect(made).toEqual({ exitCode: 0, output: expect.stringContaining(" kB, 1 account, 3 tasks.") as string });
    expect([statSync(file).mode & 0o777, readFileSync(file).toString("latin1", 0, 5)]).toEqual([0o600, "PGDMP"]);
    await add("later");

    const inUse = "The database is in use. Stop every server, and whatever else is connected to it, first.\n";
    expect(await run("restore", file, url)).toEqual({ exitCode: 1, output: inUse });
    await stop();
    const { exitCode, output } = await run("restore", file, url);
    expect([exitCode, output]).toEqual([0, expect.stringContaining(" is the database now: 1 account, 3 tasks.")]);
    const kept = /kept: the schema (before_restore_\w+)$/m.exec(output)?.[1] ?? "";
    expect(await titlesAt(url, kept)).toEqual(["a", "tab\tand \\N", "ä", "later"]);
    expect(await titlesAt(url)).toEqual(["a", "tab\tand \\N", "ä"]);
    const again = await start(url);
    const tasks = await api(again.url, "GET", "/tasks?sort=created_at", { token });
    expect(tasks.json<unknown[]>()).toHaveLength(3);
    expect((await api(again.url, "POST", "/tasks", { token }, { title: "new" })).status).toBe(201);

    // What was put aside is in no later backup.
    const next = path.join(newFolder(), "next.dump");
    expect((await run("backup", next, url)).exitCode).toBe(0);
    await stop();
    const elsewhere = await newUrl();
    expect(await run("restore", next, elsewhere)).toEqual({
      exitCode: 0,
      output: expect.not.stringContaining("is kept") as string,
    });
    expect(await titlesAt(elsewhere)).toHaveLength(4);
    await expect(titlesAt(elsewhere, kept)).rejects.toThrow();
  });

  it("a restore that cannot be done changes nothing", async () => {
    const url = await newUrl();
    const { add } = await signUp(await start(url));
    await add("here");
    const folder = newFolder();
    const good = path.join(folder, "good.dump");
    expect((await run("backup", good, url)).exitCode).toBe(0);
    await stop();
    const half = path.join(folder, "half.dump");
    writeFileSync(half, readFileSync(good));
    truncateSync(half, Math.floor(statSync(good).size / 2));
    const foreign = path.join(folder, "foreign.dump");
    const other = await newUrl();
    await runSql(other, "CREATE TABLE t (x int)");
    const dumped = spawnSync(path.join(bin ?? "", "pg_dump"), ["-Fc", "-f", foreign, "-d", other]);
    expect(dumped.stderr.toString()).toBe("");
    const sqlite = path.join(folder, "sqlite.db");
    writeFileSync(sqlite, "SQLite format 3\0");

    await runSql(
      url,
      "UPDATE _prisma_migrations SET migration_name = '29990101000000_x' WHERE migration_name LIKE '%_initial'",
    );
    const newer = path.join(folder, "newer.dump");
    expect((await run("backup", newer, url)).exitCode).toBe(0);
    for (const [file, reason] of [
      [half, /cannot be read\. pg_restore could not do it/],
      [foreign, /is no backup of Holdfast/],
      [newer, /was made by a newer version of Holdfast, with 2999/],
      [sqlite, /is of SQLite, and DATABASE_URL names a database of PostgreSQL/],
    ] as const) {
      const refused = await run("restore", file, url);
      expect([refused.exitCode, refused.output]).toEqual([1, expect.stringMatching(reason)]);
    }
    // A view that takes the name of a table: psql fails when half of the work is done.
    await runSql(url, "DROP TABLE idempotency_keys; CREATE VIEW idempotency_keys AS SELECT 1 AS x");
    const broken = await run("restore", good, url);
    expect(broken).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/psql could not do it: .+idempotency_keys/s) as string,
    });
    expect(await titlesAt(url)).toEqual(["here"]);
    const schemas = await runSql(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%'");
    expect(schemas).toEqual([]);
  });
});
