// Runs an operator's command from the build. It never builds, because a server may be running from there.
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { requireNode } from "./check-node.mjs";

requireNode();

const [name = ""] = process.argv.splice(2, 1);
const file = path.resolve(import.meta.dirname, `../build/server/${name}.js`);
if (existsSync(file)) await import(pathToFileURL(file).href);
else {
  console.error('There is no build to run this from. Start the server once, with "npm start", or run "npm run build".');
  process.exitCode = 1;
}
