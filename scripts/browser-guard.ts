import { readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

/**
 * What may be in the browser's bundle. The framework keeps files named `*.server` out of it; this keeps out everything else
 * that is not made for the browser, whatever its name: a bundle is public, and the code of a server tells how it works.
 */

/** The program's own folders that draw, and the core without its database and settings, which holds only words and rules. */
const ofBrowser = [
  /^app\/(root|entry\.client)\.tsx$/,
  /^app\/styles\//,
  /^app\/web\/ui\//,
  /^app\/[^/]+\/(pages|parts)\//,
  /^app\/core\/(?!data\/|settings\/)/,
];

/** With this line, a module of another folder says that the browser has it too. */
const mark = /^\/\/ Shared with the browser\.$/m;

/** The packages that the browser's part is made of. One that is not here is the server's, or has to be thought about. */
const packages = new Set([
  ...["react", "react-dom", "scheduler", "@conform-to/dom", "@conform-to/react", "@simplewebauthn/browser"],
  ...["@remix-run/react", "@remix-run/router", "@remix-run/server-runtime", "react-router", "react-router-dom"],
  "turbo-stream",
]);

/** Helpers that the build tools themselves put into a bundle. */
const helpers = new Set(["\0commonjsHelpers.js", "\0vite/preload-helper.js", "\0vite/modulepreload-polyfill.js"]);

/**
 * Why a module may not be in the browser's bundle; null if it may.
 *
 * @param id - as Rollup names it: a path, with a query or a `\0` of some plugin, or a name that stands for no file
 * @param root - the folder of package.json
 */
export function whyNotInBrowser(id: string, root: string): string | null {
  if (helpers.has(id)) return null;
  // What Vite puts in the place of a module of Node.
  if (id.includes("__vite-browser-external")) return "it is a module of Node";
  const file = id.replace(/^\0/, "").replace(/\?.*$/s, "");
  const inPackage = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  if (inPackage !== undefined)
    return packages.has(inPackage) ? null : `its package, ${inPackage}, is not one of the browser's`;
  const place = path.relative(root, file).replaceAll(path.sep, "/");
  if (ofBrowser.some((pattern) => pattern.test(place)) || isMarked(file)) return null;
  return 'it is code of the server; a module that is for both says so by the line "// Shared with the browser."';
}

function isMarked(file: string): boolean {
  try {
    return mark.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

/** Fails the browser's build where something is in its bundle that may not be there. */
export function browserGuard(root: string): Plugin {
  return {
    name: "holdfast:browser-guard",
    enforce: "post",
    apply: (_config, { command, isSsrBuild }) => command === "build" && !isSsrBuild,
    generateBundle(_options, bundle) {
      const wrong = Object.values(bundle)
        .flatMap((chunk) => (chunk.type === "chunk" ? Object.keys(chunk.modules) : []))
        .flatMap((id) => {
          const why = whyNotInBrowser(id, root);
          const importers = this.getModuleInfo(id)?.importers ?? [];
          return why === null ? [] : [`${id.replace(/^\0/, "")}: ${why} (imported by ${importers.join(", ")})`];
        });
      if (wrong.length) this.error(`The browser's bundle holds what it may not:\n${wrong.join("\n")}`);
    },
  };
}
