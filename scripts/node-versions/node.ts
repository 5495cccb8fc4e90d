import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownVariables } from "../../app/core/settings/settings-table";
import type { NodeVersion } from "./versions";

/** A Node of another version, and the npm that belongs to it, in a folder of their own. */
export interface InstalledNode {
  /** Runs a script by this Node and waits for its end. @throws Error when it ends with another code than 0 */
  run(words: string[], cwd: string): Promise<void>;
  /** Starts this Node, as the leader of a process group, with pipes for its output. */
  start(words: string[], cwd: string, env: Record<string, string>): ChildProcess;
  /** The file that is npm. */
  npm: string;
}

/** There is no such Node for this machine in the registry, or it cannot be fetched. */
export class NoSuchNode extends Error {
  override name = "NoSuchNode";
}

/** The package that holds Node's binary and headers for this machine. */
const packageName = `node-${process.platform}-${process.arch}`;

/**
 * Fetches a version of Node from the npm registry into a folder.
 *
 * @param logFile - what gets the output of this and of all that is run
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
    // Where a package is compiled, by these headers: others would be a download from outside the registry.
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
 * The environment without what npm tells its scripts about itself, as another npm is to run here, and without the settings
 * of whoever runs this: the copy is not to work on their database.
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
