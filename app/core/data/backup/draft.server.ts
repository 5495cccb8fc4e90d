import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { BackupError, inWords } from "./backup-error.server";

/**
 * A file under construction. It has another name, beside its own, until it is whole and on the disk; so whoever sees the
 * name sees a whole file, also after a power cut.
 */
export type Draft = Readonly<{ file: string; folder: string; draft: string }>;

/**
 * Makes an empty file, readable by its owner alone, to be written.
 *
 * @throws {BackupError} if the folder is missing or takes no file
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

/** Makes a file by `write`, of which nothing stays when that fails. */
export async function withDraft<Result>(file: string, write: (draft: Draft) => Promise<Result>): Promise<Result> {
  const draft = beginDraft(file);
  try {
    return await write(draft);
  } finally {
    dropDraft(draft);
  }
}

/** Removes what is left of an unfinished file, and what a database driver may have put beside it. */
function dropDraft({ draft }: Draft): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(draft + suffix, { force: true });
}

/**
 * Gives the finished file its name, unless there is one of that name already.
 *
 * @throws {BackupError} if there is
 */
export function publish({ file, folder, draft }: Draft): void {
  try {
    sync(draft);
    linkSync(draft, file);
    rmSync(draft);
  } catch (error) {
    if (isThere(file)) throw new BackupError(`${file} is there already.`, { cause: error });
    // Some disks, such as a USB stick's, know no second name of a file.
    renameSync(draft, file);
  }
  sync(folder);
}

/** Puts what was written, or the names in a folder, on the disk. */
export function sync(place: string): void {
  const descriptor = openSync(place, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Is anything of that name there, a broken link too? */
export const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;
