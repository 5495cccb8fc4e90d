import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { readUntil, startNode } from "./processes";

/** The subject of the measurements: the production build, on its own port and data directory. */

export const root = path.resolve(import.meta.dirname, "../..");
const serverFile = path.join(root, "build/server/server.js");

/** Shared with the floors, which check the same tokens. */
export const jwtSecret = "a secret of the benchmark alone, 32+";

export type Holdfast = Readonly<{
  process: ChildProcess;
  origin: string;
  /** From the start of the process to the first successful answer of /readyz, in milliseconds. */
  readyAfter: number;
}>;

/** Only the variables that are needed to find programs, because a developer's settings would change the results. */
export const plainEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: "production",
});

/** The flags that `npm start` gives to Node, so that the measured server is the one that people run. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(" ");
  if (words[0] !== "node" || words.at(-1) !== path.relative(root, serverFile))
    throw new Error(`npm start is not what this bench knows: ${scripts.start}`);
  return words.slice(1, -1);
}

/**
 * Starts the server and waits until it is ready.
 *
 * @param settings - environment variables beyond the bench's own
 */
export async function startHoldfast(dataDir: string, settings: Record<string, string> = {}): Promise<Holdfast> {
  if (!existsSync(serverFile)) throw new Error("There is no build. Run: npm run build");
  const began = performance.now();
  const child = startNode(
    serverFile,
    [],
    {
      ...plainEnvironment(),
      HOST: "127.0.0.1",
      PORT: "0",
      DATA_DIR: dataDir,
      JWT_SECRET_KEY: jwtSecret,
      ...settings,
    },
    // Not the checkout, whose `.env` would be read.
    dataDir,
    startFlags(),
  );
  const port = await readUntil(child, (line) => {
    const entry = line.startsWith("{") ? (JSON.parse(line) as { port?: number }) : {};
    return entry.port;
  });
  const origin = `http://127.0.0.1:${port}`;
  const ready = await fetch(`${origin}/readyz`);
  if (!ready.ok) throw new Error(`/readyz answered ${ready.status}`);
  return { process: child, origin, readyAfter: performance.now() - began };
}
