import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import path from "node:path";
import { defineConfig, type Plugin } from "vite";
import remixConfig from "./remix.config.js";

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
                  "sqlite-worker": "app/data/sqlite-worker.ts",
                },
                output: { entryFileNames: "[name].js" },
              },
            },
          }
        : { build: { minify: "terser", terserOptions: { compress: { passes: 2 } } } },
  };
}

/**
 * Where a route's script cannot be loaded, the framework loads the page anew, and what was clicked and typed is lost. In the
 * built site it asks `components/gone-scripts.ts` instead.
 */
function keepWhatWasClicked(): Plugin {
  const file = "@remix-run/react/dist/esm/routeModules.js";
  const reload = "    window.location.reload();\n";
  let isPatched = false;
  return {
    name: "holdfast:keep-what-was-clicked",
    apply: (_config, { command, isSsrBuild }) => command === "build" && !isSsrBuild,
    transform(code, id) {
      if (!id.endsWith(file)) return undefined;
      const parts = code.split(reload);
      if (parts.length !== 2) this.error(`${file} is not the one that is known: look for its reload again`);
      isPatched = true;
      return { code: parts.join("    window.goOnByBrowser();\n"), map: null };
    },
    buildEnd(error) {
      if (!error && !isPatched) this.error(`${file} was not found`);
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
  plugins: [tailwindcss(), remix(remixConfig), processEntries(), keepWhatWasClicked()],
  resolve: { alias: { "~": path.resolve(import.meta.dirname, "app"), ...(command === "build" ? unused : {}) } },
  ssr: command === "build" ? { noExternal: true, external } : {},
}));
