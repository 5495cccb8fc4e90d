import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { BackupError, inWords } from "./backup-error.server";

/**
 * A file under construction. Until it is complete and on the disk it has a temporary name in the same folder. So a file
 * under the final name is always complete, also after a power cut.
 */
export type Draft = Readonly<{ file: string; folder: string; draft: string }>;

/**
 * Creates an empty file that only its owner can read.
 *
 * @throws {BackupError} if the folder is missing or the file cannot be created
 */
function beginDraft(file: string): Draft {
  const folder = path.dirname(file);
  const draft = path.join(folder, `.${path.basename(file)}.${randomUUID().slice(0, 8)}.part`);
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    closeSync(openSync(draft, "wx", 0o600));
  } catch (error) {
    throw new BackupError(inWords(error, folder), { cause: error });
  }
  return { file, folder, draft };
}

/** Creates a file with `write`. If that fails, nothing of the file stays. */
export async function withDraft<Result>(file: string, write: (draft: Draft) => Promise<Result>): Promise<Result> {
  const draft = beginDraft(file);
  try {
    return await write(draft);
  } finally {
    dropDraft(draft);
  }
}

/** Removes an unfinished file, and any files that a database driver put beside it. */
function dropDraft({ draft }: Draft): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(draft + suffix, { force: true });
}

/**
 * Gives the finished file its final name.
 *
 * @throws {BackupError} if a file of that name exists
 */
export function publish({ file, folder, draft }: Draft): void {
  try {
    sync(draft);
    linkSync(draft, file);
    rmSync(draft);
  } catch (error) {
    if (isThere(file)) throw new BackupError(`${file} is there already.`, { cause: error });
    // Some file systems, such as a USB stick's, have no hard links.
    renameSync(draft, file);
  }
  sync(folder);
}

/** Flushes a file, or the names in a folder, to the disk. */
export function sync(place: string): void {
  const descriptor = openSync(place, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether anything has that name, including a broken link. */
export const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;
