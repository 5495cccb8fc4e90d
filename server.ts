import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import sirv from "sirv";
import * as build from "virtual:remix/server-build";
import { keyring } from "~/auth/keyring.server";
import { config, ConfigError } from "~/config.server";
import { closeDatabase, openDatabase, pingDatabase } from "~/data/db.server";
import { applyMigrations } from "~/data/migrate.server";
import { prepareDecoy } from "~/domain/accounts/passwords.server";
import { removeExpired } from "~/domain/sessions/sessions.server";
import { createApp } from "~/http/express-app.server";
import { describeError, log } from "~/http/log.server";
import { remixHandler } from "~/http/remix-handler.server";

/** The process: settings, database, keys, HTTP server, and a stop that loses nothing. */

const stopWithinMs = 8_000;
const cleanUpEveryMs = 60 * 60 * 1000;

async function start(): Promise<void> {
  // One file of this bundle: build/server/server.js, beside build/client.
  const root = path.resolve(import.meta.dirname, "../..");
  const settings = config();
  keyring();
  await applyMigrations({
    url: settings.databaseUrl,
    migrationsDir: path.join(root, "prisma/migrations"),
    helper: path.join(import.meta.dirname, "migrate.js"),
  });
  await openDatabase();
  void prepareDecoy();
  if (!settings.rateLimits) log().warn("RATE_LIMITS=off: nothing slows down an attack. For load tests only.");

  const assets = sirv(path.join(root, "build/client"), {
    gzip: true,
    brotli: true,
    etag: true,
    setHeaders: (res, pathname) =>
      res.setHeader(
        "Cache-Control",
        pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "public, max-age=3600",
      ),
  });
  const server = createServer(createApp({ remix: remixHandler(build, "production"), assets, isReady: pingDatabase }));
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 65_000;

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: settings.port, host: settings.host }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  log().info({ port }, `Holdfast serves ${settings.publicUrl ?? `http://localhost:${port}`}`);

  const cleaning = setInterval(() => {
    removeExpired().catch((error: unknown) => log().error(describeError(error), "clean-up failed"));
  }, cleanUpEveryMs);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log().info({ signal }, "stopping");
    clearInterval(cleaning);
    const givenUp = setTimeout(() => server.closeAllConnections(), stopWithinMs);
    server.close(() => {
      clearTimeout(givenUp);
      closeDatabase().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    server.closeIdleConnections();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

start().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error("Holdfast cannot start:", error instanceof Error ? error.message : error);
  process.exit(1);
});
