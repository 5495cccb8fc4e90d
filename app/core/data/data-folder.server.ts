import { chmodSync, chownSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { databaseKind, sqlitePath } from "./database-url.server";

/**
 * Files that Holdfast keeps on disk are readable by its own account only: files 0600, folders 0700 (OWASP ASVS 5.0,
 * 13.3.2 and 14.2.4). This holds from the moment they are created, and is restored in a folder that existed before.
 */

/** The result of a check of the data folder, as paths. */
export type Kept = Readonly<{
  /** Were accessible to others until now. */
  mended: readonly string[];
  /**
   * Are still accessible to others: this process may not change them, the disk does not allow it, or others need the
   * folder.
   */
  open: readonly string[];
}>;

type Places = Readonly<{ dataDir: string; databaseUrl: string }>;

/** The permission bits of the group and of everybody else. */
const others = 0o077;

/**
 * Makes everything that this process and its children create from now on private to their account, and also the
 * existing contents of the data folder and the files of a SQLite database that is stored elsewhere. The folder of such
 * a database is not changed.
 *
 * Never throws: what to do about a folder that belongs to another account is up to the operator.
 */
export function keepToOwner({ dataDir, databaseUrl }: Places): Kept {
  // A mode that is set after a file was created would leave others a moment to open it.
  process.umask(others);
  const folder = realPath(dataDir);
  const shared = isShared(folder);
  const outbox = path.join(folder, "outbox");
  const own = [
    ...["session-secret", "jwt-secret-key"].map((name) => path.join(folder, name)),
    ...(databaseKind(databaseUrl) === "sqlite" ? databaseFiles(sqlitePath(databaseUrl)) : []),
    ...walk(outbox),
  ];
  const kept = new Map<string, State>();
  for (const file of own) kept.set(file, closeToOthers(file, 0o600));
  for (const place of shared ? [outbox] : [folder, ...walk(folder)])
    if (!kept.has(place)) kept.set(place, closeToOthers(place, 0o700));
  if (shared && modeOf(folder)) kept.set(folder, "open");
  const placesThatAre = (state: State) => [...kept].filter(([, is]) => is === state).map(([place]) => place);
  return { mended: placesThatAre("mended"), open: placesThatAre("open") };
}

/** The files of a SQLite database, and the lock file by which Holdfast knows which processes use it. */
const databaseFiles = (file: string): string[] =>
  ["", "-wal", "-shm", "-journal", ".lock"].map((suffix) => realPath(file) + suffix);

/** Resolves a path, also if the file does not exist yet. SQLite keeps its other files beside the real file. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * Gives a file that root created to the owner of its neighbour. Otherwise the server, which runs as another user, could
 * not open files that an operator's command created.
 */
export function giveToOwnerOf(file: string, neighbour: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(neighbour);
  chownSync(file, uid, gid);
}

/** Whether others need a folder: one like `/tmp`, or one that contains the program itself. */
function isShared(folder: string): boolean {
  const isAround = !path.relative(folder, import.meta.dirname).startsWith("..");
  return isAround || Boolean((modeOf(folder) ?? 0) & 0o1000);
}

/** Everything below a folder that can be read. */
function walk(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const place = path.join(folder, entry.name);
    return entry.isDirectory() ? [place, ...walk(place)] : [place];
  });
}

type State = "closed" | "mended" | "open";

/** Removes all permission bits of a file or folder that are not in `bits`. */
function closeToOthers(place: string, bits: number): State {
  const mode = modeOf(place);
  if (mode === undefined || !(mode & others)) return "closed";
  try {
    chmodSync(place, mode & bits);
    return "mended";
  } catch {
    return modeOf(place) === undefined ? "closed" : "open";
  }
}

/**
 * The mode of a file or folder. Links are not followed: a link has no mode of its own, and its target is not in the
 * folder.
 */
function modeOf(place: string): number | undefined {
  try {
    const stats = lstatSync(place);
    return stats.isFile() || stats.isDirectory() ? stats.mode & 0o7777 : undefined;
  } catch {
    return undefined;
  }
}
