import path from "node:path";
import sirv from "sirv";
import * as build from "virtual:remix/server-build";
import { run } from "./process.server";

/**
 * The process in production: the built routes, and beside them the browser's files in build/client.
 *
 * @param root - the folder of package.json
 */
export async function serve(root: string): Promise<void> {
  const assets = sirv(path.join(root, "build/client"), {
    gzip: true,
    brotli: true,
    etag: true,
    setHeaders: (res, pathname) => {
      const named = pathname.startsWith("/assets/");
      res.setHeader("Cache-Control", named ? "public, max-age=31536000, immutable" : "public, max-age=3600");
      // The library knows no name for these.
      if (pathname.endsWith(".ico")) res.setHeader("Content-Type", "image/x-icon");
    },
  });
  await run({
    build,
    mode: "production",
    assets,
    root,
    migrationHelper: path.join(root, "build/server/migrate.js"),
    sqliteWorker: path.join(root, "build/server/sqlite-worker.js"),
  });
}
