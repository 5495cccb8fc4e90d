import { createRequire } from "node:module";

/**
 * Stands in for better-sqlite3, for everybody who imports it: this program, its worker threads, tests and scripts, and
 * Prisma's adapter. It is that package's major 13 or 12, and the other one is never loaded: 13 calls functions of
 * Node-API 10, without which it crashes (Node 20), and 12, compiled against Node itself, crashes on Node 24.
 */
const hasNodeApi10 = Number(process.versions.napi) >= 10;

const Database = hasNodeApi10
  ? load("better-sqlite3-13", "Run `npm ci` again with this Node.")
  : load(
      "better-sqlite3-12",
      "Run `npm ci` again with this Node: it fetches or compiles the driver, and compiling takes Python 3, make and a " +
        "C++ compiler. Or use Node 22.14 or later, whose driver needs no compiling.",
    );

export default Database;
export const { SqliteError } = Database;

/**
 * The package, after it has shown that its binary works: by itself it looks for that at the first database.
 *
 * @param {string} name
 * @param {string} hint - what the operator can do when it does not work
 */
function load(name, hint) {
  try {
    const Database = createRequire(import.meta.url)(name);
    new Database(":memory:").close();
    return Database;
  } catch (cause) {
    const machine = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
    throw new Error(`SQLite's driver, ${name}, does not work with ${machine}: ${reasonOf(cause)} ${hint}`, { cause });
  }
}

/** The first sentence of an error whose message goes on for a page. */
function reasonOf(error) {
  if (error.code === "MODULE_NOT_FOUND") return "it is not installed.";
  return String(error.message)
    .split(/\s+/)
    .join(" ")
    .replace(/(?<=[.:]) .*/, "");
}
