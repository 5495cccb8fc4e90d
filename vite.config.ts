import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import path from "node:path";
import { defineConfig, type Plugin } from "vite";
import remixConfig from "./remix.config.js";
import { browserGuard } from "./scripts/browser-guard";

/** The operator's commands, and a helper that the server starts as a separate process. */
const commands = ["user", "backup", "restore", "copy", "migrate"];

/**
 * Makes the server's process and the operator's commands entries of the server build, in addition to the routes. One
 * bundle then holds everything, so a start reads few files, and the routes and the process share one database client.
 */
function processEntries(): Plugin {
  return {
    name: "holdfast:process-entries",
    enforce: "post",
    apply: "build",
    config: (_config, { isSsrBuild }) =>
      isSsrBuild
        ? {
            // Otherwise the bundle would also contain React's development build, and choose between the two at run
            // time.
            define: { "process.env.NODE_ENV": JSON.stringify("production") },
            // A shorter source needs less memory. Names are kept for the stack traces in the log.
            esbuild: { minifyWhitespace: true, minifySyntax: true, minifyIdentifiers: false, keepNames: false },
            build: {
              minify: "esbuild",
              target: "node20",
              // The same target as the browser build's, so that both produce the same style sheet. Otherwise each page
              // would load two.
              cssTarget: ["es2020", "edge88", "firefox78", "chrome87", "safari14"],
              rollupOptions: {
                input: {
                  server: "server.ts",
                  ...Object.fromEntries(commands.map((name) => [name, `cli/${name}.ts`])),
                  "sqlite-worker": "app/core/data/sqlite/sqlite-worker.ts",
                },
                output: { entryFileNames: "[name].js" },
              },
            },
          }
        : { build: { minify: "terser", terserOptions: { compress: { passes: 2 } } } },
  };
}

/** A change of the framework's source in the built site. */
type Patch = { file: string; text: string; instead: string };

const patches: Patch[] = [
  // If a route's script cannot be loaded, the framework reloads the page, and what was clicked and typed is lost.
  // `web/ui/states/gone-scripts.ts` avoids this.
  {
    file: "@remix-run/react/dist/esm/routeModules.js",
    text: "    window.location.reload();\n",
    instead: "    window.goOnByBrowser();\n",
  },
  // The router keeps changing the map of pending requests after it has passed it to the page. A page that is drawn in
  // between would undo a tick for a moment, because the new list has not arrived yet. So each state gets its own copy
  // of the map.
  {
    file: "@remix-run/router/dist/router.js",
    text: "forEach(subscriber => subscriber(state, {",
    instead: "forEach(subscriber => subscriber({ ...state, fetchers: new Map(state.fetchers) }, {",
  },
];

/**
 * Applies the patches to the framework's source for the browser. Fails the build if that source is not what a patch
 * expects.
 */
function patchedFramework(): Plugin {
  const missing = new Set(patches);
  return {
    name: "holdfast:patched-framework",
    apply: (_config, { command, isSsrBuild }) => command === "build" && !isSsrBuild,
    transform(code, id) {
      const patch = patches.find(({ file }) => id.endsWith(file));
      if (!patch) return undefined;
      const parts = code.split(patch.text);
      if (parts.length !== 2) this.error(`${patch.file} is not the one that is known: look at its patch again`);
      missing.delete(patch);
      return { code: parts.join(patch.instead), map: null };
    },
    buildEnd(error) {
      for (const { file } of error ? [] : missing) this.error(`${file} was not found`);
    },
  };
}

/**
 * Packages that stay in node_modules, because they have native or WebAssembly parts or look for their own files at run
 * time.
 */
const external = ["better-sqlite3", "@node-rs/argon2", "@prisma/schema-engine-wasm", "pg", "pino", "vite"];

/** Polyfills for old versions of Node, which @remix-run/node contains and this program never installs. */
const unused = Object.fromEntries(
  ["undici", "@remix-run/web-fetch"].map((name) => [name, path.resolve(import.meta.dirname, "scripts/unused.mjs")]),
);

export default defineConfig(({ command }) => ({
  plugins: [tailwindcss(), remix(remixConfig), processEntries(), patchedFramework(), browserGuard(import.meta.dirname)],
  resolve: { alias: { "~": path.resolve(import.meta.dirname, "app"), ...(command === "build" ? unused : {}) } },
  ssr: command === "build" ? { noExternal: true, external } : {},
}));
