/** The process for developing: the same server, with Vite in front, which answers with every file as it is now. */
import type { ServerBuild } from "@remix-run/node";
import path from "node:path";
import { createServer } from "vite";
import type * as ProcessModule from "../app/process.server";

process.env.NODE_ENV = "development";

const vite = await createServer({ server: { middlewareMode: true } });
const { run } = (await vite.ssrLoadModule("/app/process.server.ts")) as typeof ProcessModule;

await run({
  build: async () => (await vite.ssrLoadModule("virtual:remix/server-build")) as unknown as ServerBuild,
  mode: "development",
  assets: vite.middlewares,
  root: path.resolve(import.meta.dirname, ".."),
});
