import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import path from "node:path";
import { defineConfig, type Plugin } from "vite";
import remixConfig from "./remix.config.js";
import { browserGuard } from "./scripts/browser-guard";

/** The operator's commands, and the helpers that run in a process of their own. */
const commands = ["user", "backup", "restore", "copy", "migrate"];

/**
 * The server build's entries are the process itself and the operator's commands, not only the routes: one bundle holds
 * everything, so a start reads few files and the routes share one database client with the process around them.
 */
function processEntries(): Plugin {
  return {
    name: "holdfast:process-entries",
    enforce: "post",
    apply: "build",
    config: (_config, { isSsrBuild }) =>
      isSsrBuild
        ? {
            // Otherwise the bundle would hold React's development build as well, and choose at run time.
            define: { "process.env.NODE_ENV": JSON.stringify("production") },
            // Shorter source is less memory; names stay, for the stack traces in the log.
            esbuild: { minifyWhitespace: true, minifySyntax: true, minifyIdentifiers: false, keepNames: false },
            build: {
              minify: "esbuild",
              target: "node20",
              // The same style sheet as the browser build's, or each page would load two.
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

/** A place in the framework's text that the built site has otherwise. */
type Patch = { file: string; text: string; instead: string };

const patches: Patch[] = [
  // Where a route's script cannot be loaded, the framework loads the page anew, and what was clicked and typed is lost:
  // `web/ui/states/gone-scripts.ts` knows better.
  {
    file: "@remix-run/react/dist/esm/routeModules.js",
    text: "    window.location.reload();\n",
    instead: "    window.goOnByBrowser();\n",
  },
  // The router goes on changing the map of what is on its way after it has handed it over. A page that is drawn in between
  // would take a tick back whose new list it does not have yet: each picture gets a map of its own.
  {
    file: "@remix-run/router/dist/router.js",
    text: "forEach(subscriber => subscriber(state, {",
    instead: "forEach(subscriber => subscriber({ ...state, fetchers: new Map(state.fetchers) }, {",
  },
];

/** Changes the framework's text for the browser, and fails the build where that text is not the one that is known. */
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

/** Packages with native or WebAssembly parts, or that find their own files at run time: they stay in node_modules. */
const external = ["better-sqlite3", "@node-rs/argon2", "@prisma/schema-engine-wasm", "pg", "pino", "vite"];

/** Polyfills for old versions of Node that @remix-run/node holds ready and this program never installs. */
const unused = Object.fromEntries(
  ["undici", "@remix-run/web-fetch"].map((name) => [name, path.resolve(import.meta.dirname, "scripts/unused.mjs")]),
);

export default defineConfig(({ command }) => ({
  plugins: [tailwindcss(), remix(remixConfig), processEntries(), patchedFramework(), browserGuard(import.meta.dirname)],
  resolve: { alias: { "~": path.resolve(import.meta.dirname, "app"), ...(command === "build" ? unused : {}) } },
  ssr: command === "build" ? { noExternal: true, external } : {},
}));
