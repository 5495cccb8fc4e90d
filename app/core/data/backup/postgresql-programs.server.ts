import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { BackupError } from "./backup-error.server";

/** PostgreSQL's own programs: `pg_dump`, `pg_restore` and `psql`. */
export type Tools = Readonly<{
  /** The command's own environment. The programs get a copy with the database's address added. */
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}>;

/**
 * The environment from which PostgreSQL's programs read the address of the database. A command line is visible to every
 * user of the machine; an environment is not.
 */
export async function addressedTo(url: string, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { default: pg } = await import("pg");
  // Never connected: it parses the URL in the same way as the server's driver.
  const { host, port, user, database, password } = new pg.Client({ connectionString: url });
  const query = new URL(url.replace("@/", "@localhost/")).searchParams;
  // Only the driver knows `ssl` and `sslmode=no-verify`; PostgreSQL's programs do not.
  const ssl = query.get("sslmode") ?? (["true", "1"].includes(query.get("ssl") ?? "") ? "require" : undefined);
  const given = {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database },
    ...{ PGPASSWORD: password ?? undefined, PGSSLMODE: ssl === "no-verify" ? "require" : ssl },
    ...{ PGSSLROOTCERT: query.get("sslrootcert"), PGSSLCERT: query.get("sslcert"), PGSSLKEY: query.get("sslkey") },
    ...{ PGOPTIONS: query.get("options"), PGAPPNAME: "holdfast backup" },
  };
  const set = Object.entries(given).filter(([, value]) => typeof value === "string" && value !== "");
  return { ...environment, ...(Object.fromEntries(set) as Record<string, string>) };
}

export function startProgram(name: string, words: string[], tools: Tools, stdio: StdioOptions): ChildProcess {
  return spawn(name, words, { stdio, env: tools.environment, signal: tools.signal, killSignal: "SIGKILL" });
}

/**
 * Waits for a program to end.
 *
 * @throws {BackupError} with the program's message if it fails, or with how to install it if it is missing
 */
export async function ended(child: ChildProcess, name: string): Promise<void> {
  const said = child.stderr ? text(child.stderr) : Promise.resolve("");
  let code;
  try {
    [code] = (await once(child, "close")) as [number | null];
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isMissing ? new BackupError(missing(name)) : error;
  }
  if (code !== 0) throw new BackupError(`${name} could not do it: ${(await said).trim() || `it ended with ${code}`}`);
}

/** Runs a program, and returns what it prints. */
export async function runProgram(name: string, words: string[], tools: Tools): Promise<string> {
  const child = startProgram(name, words, tools, ["ignore", "pipe", "pipe"]);
  const printed = child.stdout ? text(child.stdout) : Promise.resolve("");
  printed.catch(() => undefined);
  await ended(child, name);
  return printed;
}

const missing = (name: string) =>
  `${name} is not installed. It comes with PostgreSQL's client programs (on Debian: apt install postgresql-client), ` +
  `of the server's version or a newer one.`;

/**
 * Makes sure that a program can read a server's data: it supports older servers, but no newer ones.
 *
 * @throws {BackupError}
 */
export async function requireVersion(name: string, server: number, tools: Tools): Promise<void> {
  const printed = await runProgram(name, ["--version"], tools);
  const version = Number(/\)\s+(\d+)/.exec(printed)?.[1]);
  if (version < server)
    throw new BackupError(
      `${name} is of PostgreSQL ${version} and the server of ${server}. Install the client programs of ${server} or newer.`,
    );
}
