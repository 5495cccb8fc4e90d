import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import pg from "pg";
import { findPostgres, type PostgresPrograms } from "./postgres-programs";

export interface PostgresServer {
  /** The URL of a database on this server, existing or not. */
  urlFor(databaseName: string): string;
  /** Creates a database and returns its URL. With a template it is a copy of that one, which takes some 30 ms. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** The database that every server starts with. */
export const adminDatabase = "postgres";

const user = "postgres";
const password = "password";
const attempts = 5;

/**
 * Starts a real PostgreSQL on a port of its own, with its files in the system's temporary folder. It also ends with
 * this process, including on Ctrl-C.
 *
 * @param installed - the folder of its programs; by default those of the npm package
 */
export async function startPostgres(installed?: string): Promise<PostgresServer> {
  const programs = findPostgres(installed);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await tryToStart(programs);
      } catch (error) {
        // Another server that started at the same moment may have taken the port.
        if (attempt === attempts || !/could not bind/.test(String(error))) throw error;
      }
    }
  } catch (error) {
    programs.remove();
    throw error;
  }
}

/** Sorts by a language, like most installations, so that tests notice code that relies on the order of code points. */
const clusterSettings = ["--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"];

/** Faster at the risk of losing data in a crash. Without socket files, which could collide. */
const serverSettings = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"]
  .concat("listen_addresses=127.0.0.1", "unix_socket_directories=")
  .flatMap((setting) => ["-c", setting]);

async function tryToStart(programs: PostgresPrograms): Promise<PostgresServer> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(programs.temporary, `holdfast-postgres-${process.pid}-`));
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, password);
  if (programs.owner)
    for (const place of [folder, passwordFile]) chownSync(place, programs.owner.uid, programs.owner.gid);
  const databaseDir = path.join(folder, "data");
  const removeFiles = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    programs.remove();
  };

  const run = (name: string, words: string[]) => {
    const env = { ...process.env, LC_ALL: "C" };
    return spawn(path.join(programs.bin, name), words, { ...programs.owner, env, cwd: folder });
  };
  let server: ChildProcess;
  try {
    await succeeds(
      run("initdb", [
        `--pgdata=${databaseDir}`,
        ...[`--username=${user}`, `--pwfile=${passwordFile}`, "--auth=password"],
        ...clusterSettings,
      ]),
    );
    server = run("postgres", ["-D", databaseDir, "-p", String(port), ...serverSettings]);
    await says(server, "database system is ready to accept connections");
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const urlFor = (name: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  // An uncaught error, or Ctrl-C in Vitest, leaves no time for `stop`. This listener comes first, because Vitest's own
  // exits and so skips those behind it.
  const end = () => {
    endAtOnce(databaseDir);
    removeFiles();
  };
  process.prependOnceListener("exit", end);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const ended = once(server, "exit");
    server.kill("SIGINT");
    await ended;
    process.off("exit", end);
    removeFiles();
  };
  return {
    urlFor,
    createDatabase: (name, template) => createDatabase(urlFor(adminDatabase), name, template),
    stop: () => (stopping ??= stop()),
  };
}

/** Everything that a program has printed so far. Reading it keeps the program from blocking. */
function listen(child: ChildProcess, onText: (text: string) => void = () => undefined): () => string {
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      onText(said);
    });
  return () => said;
}

/** Waits for a program to end, and throws if it fails. */
async function succeeds(child: ChildProcess): Promise<void> {
  const said = listen(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`PostgreSQL made no cluster (${code ?? "signal"}):\n${said()}`);
}

/** Waits until a program prints a text, and throws if it ends first. */
async function says(child: ChildProcess, words: string): Promise<void> {
  const said = new Promise<void>((resolve, reject) => {
    const all = listen(child, (text) => text.includes(words) && resolve());
    child.once("error", reject);
    child.once("close", () => reject(new Error(`PostgreSQL did not start:\n${all()}`)));
  });
  await said;
}

/** Ends a server that is still running, without waiting. */
function endAtOnce(databaseDir: string): void {
  const pidFile = path.join(databaseDir, "postmaster.pid");
  const [pid = ""] = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
  if (Number(pid) > 1) process.kill(Number(pid), "SIGQUIT");
}

/**
 * Creates a database on the server of an admin URL, and returns its URL.
 *
 * @param template - a database to copy; nobody may be connected to it
 */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const copied = template ? ` TEMPLATE ${client.escapeIdentifier(template)}` : "";
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${copied}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
