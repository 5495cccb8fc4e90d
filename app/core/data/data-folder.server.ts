import { chmodSync, chownSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { databaseKind, sqlitePath } from "./database-url.server";

/**
 * What Holdfast keeps on disk is for the account that runs it alone: files 0600, folders 0700 (OWASP ASVS 5.0, 13.3.2
 * and 14.2.4), from the first byte on, and again where a folder was there before.
 */

/** What a look at the data folder came to; paths. */
export type Kept = Readonly<{
  /** Could be read by others until now. */
  mended: readonly string[];
  /** Still can be: whose they are, or the disk, does not let this process change them, or others need the folder. */
  open: readonly string[];
}>;

type Places = Readonly<{ dataDir: string; databaseUrl: string }>;

/** The bits of the group and of everybody else. */
const others = 0o077;

/**
 * From here on whatever this process and its children create is their account's alone, and so is what is in the data
 * folder already, and the files of a SQLite database that lies elsewhere. The folder of such a database is not changed.
 *
 * Never fails: a folder that belongs to somebody else is for the operator to judge.
 */
export function keepToOwner({ dataDir, databaseUrl }: Places): Kept {
  // Between creating a file and changing its mode there would be a moment for others to open it.
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

/** The files that SQLite has a database in, and the one by which Holdfast knows who is at work on it. */
const databaseFiles = (file: string): string[] =>
  ["", "-wal", "-shm", "-journal", ".lock"].map((suffix) => realPath(file) + suffix);

/** Where a path leads to, also if there is no file yet. SQLite keeps its further files beside the real one. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * Gives a file that root made to whoever its neighbour belongs to; otherwise the server, which runs as somebody else,
 * could not open what an operator's command left behind.
 */
export function belongWith(file: string, neighbour: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(neighbour);
  chownSync(file, uid, gid);
}

/** A folder that others need: one like `/tmp`, or one that the program itself lies in. */
function isShared(folder: string): boolean {
  const isAround = !path.relative(folder, import.meta.dirname).startsWith("..");
  return isAround || Boolean((modeOf(folder) ?? 0) & 0o1000);
}

/** Everything below a folder, as far as it can be read. */
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

/** Takes from a place what is not among the owner's bits given. */
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

/** Of a file or folder itself: a link has no mode of its own, and what it leads to is not in the folder. */
function modeOf(place: string): number | undefined {
  try {
    const stats = lstatSync(place);
    return stats.isFile() || stats.isDirectory() ? stats.mode & 0o7777 : undefined;
  } catch {
    return undefined;
  }
}
