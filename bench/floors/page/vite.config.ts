import path from "node:path";
import { defineConfig, type Plugin } from "vite";

/** Bundles the floor of the page: the real components of `/tasks`, with Remix replaced by plain elements. */

const root = path.resolve(import.meta.dirname, "../../..");
const here = (name: string) => path.join(import.meta.dirname, name);

/** Leaves loaders and actions out: every import of server code becomes a function that does nothing. */
function withoutServerCode(): Plugin {
  const empty = "\0empty";
  return {
    name: "bench:without-server-code",
    enforce: "pre",
    resolveId: (source) =>
      /\.server$/.test(source) || source === "@remix-run/node"
        ? { id: empty, syntheticNamedExports: true, moduleSideEffects: false }
        : undefined,
    load: (id) => (id === empty ? "export default new Proxy({}, { get: () => () => undefined });" : undefined),
  };
}

export default defineConfig({
  root,
  logLevel: "error",
  plugins: [withoutServerCode()],
  resolve: { alias: { "~": path.join(root, "app"), "@remix-run/react": here("remix-react.tsx") } },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  esbuild: { jsx: "automatic" },
  ssr: { noExternal: true },
  build: {
    ssr: here("server.tsx"),
    target: "node20",
    minify: false,
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: "page.mjs" } },
  },
});
