import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { BackupError, inWords } from "./backup-error.server";
import { copyWhole, inspect, snapshot, type Contents } from "./sqlite-copy.server";

/**
 * SQLite works without a pause until it is done, minutes on a large file. In a process of its own it can be ended at any
 * moment, and this one stays to put away what it has begun.
 */
export type CopyRequest = Readonly<{
  /** `snapshot` of a database that may be in use, or the `whole` of a file that is not. */
  how: "snapshot" | "whole";
  source: string;
  /** An empty file that is there. */
  draft: string;
}>;

/** What `cli/copy.ts` answers. */
export type CopyAnswer = { contents: Contents } | { fault: string };

/** Where the built `cli/copy.ts` is, and what ends it. */
export type CopyTools = Readonly<{ helper: string; signal: AbortSignal }>;

/**
 * Copies a database into a draft and reads all of the copy.
 *
 * @throws {BackupError} if it cannot be copied, or is damaged or none of Holdfast's
 */
export async function makeCheckedCopy(request: CopyRequest, { helper, signal }: CopyTools): Promise<Contents> {
  const child = fork(helper, { signal, killSignal: "SIGKILL" });
  const ended = once(child, "exit");
  const answered = once(child, "message");
  answered.catch(() => undefined);
  child.send(request);
  const [answer] = (await Promise.race([answered, ended])) as [CopyAnswer | number | null];
  await ended;
  if (typeof answer !== "object" || answer === null) throw new BackupError("The copy was broken off.");
  if ("fault" in answer) throw new BackupError(answer.fault);
  return answer.contents;
}

/** The helper's side. */
export async function copyAsAsked({ how, source, draft }: CopyRequest): Promise<CopyAnswer> {
  try {
    await (how === "snapshot" ? snapshot : copyWhole)(source, draft);
    return { contents: await inspect(draft, source) };
  } catch (error) {
    return { fault: error instanceof BackupError ? error.message : inWords(error, path.dirname(draft)) };
  }
}
