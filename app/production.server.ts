import path from "node:path";
import sirv from "sirv";
import * as build from "virtual:remix/server-build";
import { run } from "./process.server";

/**
 * Runs the process in production, with the built routes and the browser's files in build/client.
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
      // The library does not know the media type of these files.
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
