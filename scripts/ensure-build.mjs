// Builds if there is no build, or if a source file is newer. So `npm start` works on a fresh clone, and a second start
// does not wait.
import { execSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { requireNode } from "./check-node.mjs";

requireNode();

const root = path.resolve(import.meta.dirname, "..");
const built = path.join(root, "build/server/server.js");

const sources = [
  "app",
  "cli",
  "public",
  "prisma/schema.prisma",
  "server.ts",
  "scripts/browser-guard.ts",
  "scripts/check-node.mjs",
  "scripts/make-icons.mjs",
  "vite.config.ts",
  "remix.config.js",
  "tailwind.config.ts",
  "package-lock.json",
];

/** The time of the last change below a path. Generated files do not count as source. */
function lastChange(place) {
  const stats = statSync(place);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(place).filter((name) => name !== "generated");
  return Math.max(stats.mtimeMs, ...inside.map((name) => lastChange(path.join(place, name))));
}

const upToDate =
  existsSync(built) && sources.every((name) => lastChange(path.join(root, name)) <= statSync(built).mtimeMs);

if (!upToDate) execSync("npm run build", { cwd: root, stdio: "inherit" });
