import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The production build in a process of its own, as an operator runs it. */
export interface RunningServer {
  /** Without a trailing slash. */
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  /** Sends SIGTERM, waits for the process, removes its files, and returns its exit code. */
  stop(): Promise<number | null>;
  /** Kills the process (SIGKILL). The data directory stays, for another start. */
  kill(): Promise<void>;
  /** Sends SIGTERM without waiting. */
  terminate(): void;
  /** Resolves with the exit code when the process has ended. */
  exited: Promise<number | null>;
  /** Everything that the process has written to standard output and standard error. */
  log(): string;
}

export interface ServerOptions {
  /** `file:` or `postgresql://`; by default a SQLite file in the data directory. */
  databaseUrl?: string;
  /** Further settings; undefined removes a default. */
  env?: Record<string, string | undefined>;
  /** By default a new directory. A given one is never removed. */
  dataDir?: string;
}

/** The default secrets of a server. A test that creates cookies or tokens needs the same. */
export const testSecrets = {
  SESSION_SECRET: "a session secret for tests, of no use elsewhere",
  JWT_SECRET_KEY: "a token key for tests, which is of no use elsewhere",
};

/** The process ended before it listened. */
export class StartFailed extends Error {
  override name = "StartFailed";
  constructor(
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(`The server ended with ${exitCode} before it listened:\n${output}`);
  }
}

const root = path.resolve(import.meta.dirname, "../..");
const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts `build/server/server.js` on a free port and waits until it listens.
 *
 * @throws {StartFailed}
 */
export async function startServer({ databaseUrl, env = {}, dataDir }: ServerOptions = {}): Promise<RunningServer> {
  const directory = dataDir ?? mkdtempSync(path.join(tmpdir(), "holdfast-server-"));
  const child = spawn(process.execPath, [path.join(root, "build/server/server.js")], {
    // Not the checkout, whose .env is not for tests.
    cwd: directory,
    env: definedOnly({ ...environment(directory, databaseUrl), ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const exited = once(child, "close").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });

  const removeFiles = () => {
    if (dataDir === undefined) rmSync(directory, { recursive: true, force: true });
  };
  const listening = new Promise<number>((resolve) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const port = portIn(output);
      if (port) resolve(port);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
  });
  const port = await Promise.race([listening, exited.then(() => undefined)]);
  if (port === undefined) {
    removeFiles();
    throw new StartFailed(child.exitCode, output);
  }
  return {
    url: `http://localhost:${port}`,
    port,
    pid: child.pid ?? 0,
    dataDir: directory,
    exited,
    log: () => output,
    terminate: () => void child.kill("SIGTERM"),
    async stop() {
      child.kill("SIGTERM");
      const code = await exited;
      removeFiles();
      return code;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The result of a command: its exit code, and its standard output and standard error. */
export type Outcome = { exitCode: number | null; output: string };

export type CommandOptions = ServerOptions & {
  /** Its standard input, which is not a terminal. */
  input?: string;
  /** The folder in which it runs. */
  cwd?: string;
  /** Ends the command. */
  signal?: AbortSignal;
};

/** Runs the operator's command for accounts, `npm run user -- …`. */
export const runUserCommand = (words: string[], options: CommandOptions = {}): Promise<Outcome> =>
  runCommand("user", words, options);

/** Runs an operator's command, like `npm run <name> -- …`. */
export async function runCommand(
  name: "user" | "backup" | "restore",
  words: string[],
  { databaseUrl, env = {}, dataDir = tmpdir(), input = "", cwd = dataDir, signal }: CommandOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [path.join(root, `build/server/${name}.js`), ...words], {
    cwd,
    env: definedOnly({ ...environment(dataDir, databaseUrl), ...env }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  signal?.addEventListener("abort", () => child.kill("SIGTERM"));
  // The command may end without reading its input.
  child.stdin.on("error", () => undefined).end(input);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, output };
}

const environment = (dataDir: string, databaseUrl: string | undefined): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  TZ: process.env.TZ,
  PORT: "0",
  LOG_LEVEL: "info",
  DATA_DIR: dataDir,
  DATABASE_URL: databaseUrl,
  ...testSecrets,
});

const definedOnly = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv;

/** The port in the first line of the log that names one, which says that the server listens. */
function portIn(output: string): number | undefined {
  for (const line of output.split("\n").slice(0, -1)) {
    const port = /^\{.*"port":(\d+)/.exec(line)?.[1];
    if (port) return Number(port);
  }
  return undefined;
}
