import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { BackupError, inWords } from "./backup-error.server";
import { copyWhole, inspect, snapshot, type Contents } from "./sqlite-copy.server";

/**
 * A request to the process that copies SQLite databases. SQLite copies without a pause, for minutes on a large file. In
 * a process of its own the copy can be killed at any moment, and this process stays to remove the unfinished file.
 */
export type CopyRequest = Readonly<{
  /** `snapshot` for a database that may be in use, `whole` for a file that is not. */
  how: "snapshot" | "whole";
  source: string;
  /** An existing empty file. */
  draft: string;
}>;

/** What `cli/copy.ts` answers. */
export type CopyAnswer = { contents: Contents } | { fault: string };

/** The path of the built `cli/copy.ts`, and the signal that ends it. */
export type CopyTools = Readonly<{ helper: string; signal: AbortSignal }>;

/**
 * Copies a database into a draft and verifies the copy by reading all of it.
 *
 * @throws {BackupError} if the database cannot be copied, is damaged or is not Holdfast's
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

/** Carries out a request, in the helper process. */
export async function copyAsAsked({ how, source, draft }: CopyRequest): Promise<CopyAnswer> {
  try {
    await (how === "snapshot" ? snapshot : copyWhole)(source, draft);
    return { contents: await inspect(draft, source) };
  } catch (error) {
    return { fault: error instanceof BackupError ? error.message : inWords(error, path.dirname(draft)) };
  }
}
