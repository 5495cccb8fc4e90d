import { constants } from "node:os";

/** A backup or a restore cannot be done. The operator sees the message. */
export class BackupError extends Error {
  override name = "BackupError";
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

/**
 * Explains to the operator why a file could not be written into a folder.
 *
 * @param error - of the file system or of SQLite
 */
export function inWords(error: unknown, folder: string): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code) || code.startsWith("SQLITE_FULL"))
    return `There is no room in ${folder}: the disk, or what this account may use of it, is full.`;
  if (code === "EROFS" || code.startsWith("SQLITE_READONLY")) return `${folder} is read-only.`;
  if (["EACCES", "EPERM"].includes(code)) return `This account may not write in ${folder}.`;
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no folder ${folder}.`;
  if (code.startsWith("SQLITE_IOERR")) return `The disk of ${folder} does not take it: ${message}.`;
  return message;
}

/** The exit code of a command that a signal ended, as shells report it. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
