import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { plainEnvironment, root } from "./holdfast";
import { readUntil, startNode } from "./processes";

export type Floor = Readonly<{ process: ChildProcess; origin: string }>;

export const floorsFolder = path.join(root, "bench/floors");

/** Starts a floor's server, which prints its address as JSON. */
export async function startFloor(script: string, args: string[], env: Record<string, string> = {}): Promise<Floor> {
  const child = startNode(script, args, { ...plainEnvironment(), ...env }, root);
  const { port } = await readUntil(child, (line) => JSON.parse(line) as { port: number });
  return { process: child, origin: `http://127.0.0.1:${port}` };
}
