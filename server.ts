import path from "node:path";
import sirv from "sirv";
import * as build from "virtual:remix/server-build";
import { run } from "~/process.server";

/** The process in production: one bundle, build/server/server.js, beside the browser's files in build/client. */

const root = path.resolve(import.meta.dirname, "../..");

const assets = sirv(path.join(root, "build/client"), {
  gzip: true,
  brotli: true,
  etag: true,
  setHeaders: (res, pathname) => {
    const named = pathname.startsWith("/assets/");
    res.setHeader("Cache-Control", named ? "public, max-age=31536000, immutable" : "public, max-age=3600");
  },
});

await run({
  build,
  mode: "production",
  assets,
  root,
  migrationHelper: path.join(import.meta.dirname, "migrate.js"),
});
