/** The server for development: the same server with Vite in front, which serves every file in its current state. */
import type { ServerBuild } from "@remix-run/node";
import path from "node:path";
import { createServer } from "vite";
import type * as FeaturesModule from "../app/features.server";
import type * as ProcessModule from "../app/process.server";

process.env.NODE_ENV = "development";

const vite = await createServer({ server: { middlewareMode: true } });
const { run } = (await vite.ssrLoadModule("/app/process.server.ts")) as typeof ProcessModule;

await run({
  build: async () => {
    // Repeated, because a changed file loads new modules, in which nothing is installed yet.
    const { installFeatures, installSurfaces } = (await vite.ssrLoadModule(
      "/app/features.server.ts",
    )) as typeof FeaturesModule;
    installFeatures();
    await installSurfaces();
    return (await vite.ssrLoadModule("virtual:remix/server-build")) as unknown as ServerBuild;
  },
  mode: "development",
  assets: vite.middlewares,
  root: path.resolve(import.meta.dirname, ".."),
});
