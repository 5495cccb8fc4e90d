import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownVariables } from "../../app/core/settings/settings-table";
import type { NodeVersion } from "./versions";

/** Another version of Node and its npm, in a folder of their own. */
export interface InstalledNode {
  /**
   * Runs a script with this Node and waits for its end.
   *
   * @throws Error if its exit code is not 0
   */
  run(words: string[], cwd: string): Promise<void>;
  /** Starts this Node as the leader of a process group, with pipes for its output. */
  start(words: string[], cwd: string, env: Record<string, string>): ChildProcess;
  /** The path of npm. */
  npm: string;
}

/** The registry has no such Node for this machine, or it cannot be downloaded. */
export class NoSuchNode extends Error {
  override name = "NoSuchNode";
}

/** The package with Node's binary and headers for this machine. */
const packageName = `node-${process.platform}-${process.arch}`;

/**
 * Downloads a version of Node from the npm registry into a folder.
 *
 * @param logFile - gets the output of this and of all further runs
 * @throws {NoSuchNode}
 */
export async function installNode(version: NodeVersion, folder: string, logFile: string): Promise<InstalledNode> {
  const log = openSync(logFile, "a");
  const stdio: StdioOptions = ["ignore", log, log];
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), "{}");
  const wanted = [`${packageName}@${version.node}`, `npm@${version.npm}`];
  try {
    await ended(spawn("npm", ["install", "--ignore-scripts", ...wanted], { cwd: folder, stdio }));
  } catch (cause) {
    throw new NoSuchNode(`${wanted.join(" and ")} cannot be installed.`, { cause });
  }
  const home = path.join(folder, "node_modules", packageName);
  const binary = path.join(home, "bin/node");
  const env = {
    ...fromOutside(),
    PATH: [path.dirname(binary), process.env.PATH].join(path.delimiter),
    // The headers for packages that are compiled. Without this they would be downloaded from outside the registry.
    npm_config_nodedir: home,
  };
  return {
    npm: path.join(folder, "node_modules/npm/bin/npm-cli.js"),
    run: (words, cwd) => ended(spawn(binary, words, { cwd, env, stdio })),
    start: (words, cwd, more) =>
      spawn(binary, words, { cwd, env: { ...env, ...more }, stdio: ["ignore", "pipe", "pipe"], detached: true }),
  };
}

/**
 * The environment without npm's own variables, because another npm will run, and without the developer's settings,
 * because the copy must not use their database.
 */
const fromOutside = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?!config_(registry|cafile)$)/i.test(name) && !ownVariables.includes(name),
    ),
  ) as NodeJS.ProcessEnv;

async function ended(child: ChildProcess): Promise<void> {
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${code ?? signal}`);
}
