import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Child processes and temporary folders of a run. All of them are removed when the run ends, also on Ctrl-C. */

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** A new folder that is removed at the end of the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "holdfast-bench-"));
  folders.add(folder);
  return folder;
}

/** Starts Node with a script. Its standard output can be read; its errors go to this process's standard error. */
export function startNode(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  flags: string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [...flags, script, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Waits for the first line of output that `find` recognises. The rest of the output is discarded. */
export function readUntil<Answer>(child: ChildProcess, find: (line: string) => Answer | undefined): Promise<Answer> {
  const { stdout } = child;
  if (!stdout) throw new Error("The process has no standard output to read");
  return new Promise((resolve, reject) => {
    let rest = "";
    const ended = (code: number | null) => reject(new Error(`A process ended early (exit code ${code ?? "none"})`));
    const onData = (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const answer = find(line);
        if (answer === undefined) continue;
        stdout.off("data", onData).resume();
        child.off("exit", ended);
        resolve(answer);
        return;
      }
    };
    child.once("exit", ended);
    stdout.on("data", onData);
  });
}

/** Asks a process to end and waits for it. If it does not end, it is killed. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const givenUp = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exited;
  clearTimeout(givenUp);
}

/** Kills all processes and removes all folders at once, when this process exits. */
function cleanUp(): void {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.clear();
}

/** Makes sure that nothing outlives this process, however it ends. */
export function cleanUpAtExit(): void {
  process.once("exit", cleanUp);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
}

const megabyte = 1_000_000;

/** The resident memory of a process, in MB (10^6 bytes). Linux only: elsewhere NaN. */
export function residentMegabytes(child: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8");
    return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / megabyte;
  } catch {
    return Number.NaN;
  }
}

/** The CPU time of a process so far, in milliseconds. Linux only: elsewhere NaN. */
export function cpuMilliseconds(child: ChildProcess): number {
  try {
    const stat = readFileSync(`/proc/${child.pid ?? 0}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime and stime, in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
