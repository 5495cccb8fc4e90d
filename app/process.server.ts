import type { ServerBuild } from "@remix-run/node";
import type { RequestHandler } from "express";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { keyring } from "~/core/keyring.server";
import { config, ConfigError, type Config } from "~/core/settings/config.server";
import { keepToOwner } from "~/core/data/data-folder.server";
import { holdDatabase } from "~/core/data/database-lock.server";
import { awaitDatabase } from "~/core/data/await-database.server";
import { closeDatabase, openDatabase } from "~/core/data/db.server";
import { startSteps } from "~/core/data/data-steps.server";
import { applyMigrations } from "~/core/data/migrations/migrate.server";
import { closeReadiness, findTrouble } from "~/core/data/readiness.server";
import { features, installFeatures, installSurfaces } from "~/features.server";
import { prepareDecoy } from "~/identity/domain/passwords/passwords.server";
import { startMailer } from "~/services/mail/mailer.server";
import { writeOutcomes } from "~/services/submissions/submissions.server";
import { removingExpired } from "~/services/upkeep/upkeep.server";
import { createApp } from "~/web/server/express-app.server";
import { createHttpServer } from "~/web/server/http-server.server";
import { describeError, log } from "~/web/log/log.server";
import { remixHandler } from "~/web/server/remix-handler.server";
import { currentTrouble, noteTrouble } from "~/web/log/trouble-log.server";
import { asUnavailable } from "~/web/log/unavailable.server";

/**
 * The server's process: loads settings and keys, opens the database, starts the HTTP server, and stops without losing
 * anything.
 */

type Parts = {
  /** The routes, or a function that loads their present version. */
  build: ServerBuild | (() => Promise<ServerBuild>);
  mode: "production" | "development";
  /** Answers with a static file, or calls `next`. */
  assets: RequestHandler;
  /** The folder of package.json. */
  root: string;
  /** The path of the built `cli/migrate.ts`, if there is a build. */
  migrationHelper?: string;
  /** The path of the built `core/data/sqlite/sqlite-worker.ts`, if there is a build. */
  sqliteWorker?: string;
};

/** How long a stop waits for answers that are under way, and how long in total. */
const stopWithinMs = 5_000;
const exitWithinMs = 9_000;
const cleanUpEveryMs = 60 * 60 * 1000;

/** Starts the process. If that fails, writes one clear message and exits. */
export async function run(parts: Parts): Promise<void> {
  // Before the server runs, a stop cannot lose anything.
  let stop: (signal: string) => void = () => process.exit(0);
  // The listeners are never replaced, because a signal that arrived during a replacement would be lost.
  for (const signal of stopSignals) process.on(signal, () => stop(signal));
  try {
    stop = await start(parts);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(error instanceof ConfigError ? reason : `Holdfast cannot start: ${reason}`);
    process.exit(1);
  }
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** @returns the function that stops the process in an orderly way */
async function start({
  build,
  mode,
  assets,
  root,
  migrationHelper,
  sqliteWorker,
}: Parts): Promise<(signal: string) => void> {
  installFeatures();
  await installSurfaces();
  const settings = config();
  closeFolder(settings);
  keyring();
  await holdDatabase(settings.databaseUrl);
  await awaitDatabase(settings.databaseUrl, (fields) => log().warn(fields, "waiting for the database"));
  await applyMigrations({
    url: settings.databaseUrl,
    migrationsDir: path.join(root, "prisma/migrations"),
    helper: migrationHelper,
  });
  await openDatabase({ workerFile: sqliteWorker });
  await prepareDecoy();
  if (!settings.rateLimits) log().warn("RATE_LIMITS=off: nothing slows down an attack. For load tests only.");

  const app = createApp({ remix: remixHandler(build, mode), assets, isReady });
  const server = createHttpServer(app);
  const silent = trackSilentSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: settings.port, host: settings.host }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  log().info({ port }, `Holdfast serves ${settings.publicUrl ?? `http://localhost:${port}`}`);

  let stopping = false;
  const cleanUp = async () => {
    try {
      for await (const _step of removingExpired()) if (stopping) return;
    } catch (error) {
      if (!stopping && !asUnavailable(error)) log().error(describeError(error), "clean-up failed");
    }
  };
  const cleaning = setInterval(() => void cleanUp(), cleanUpEveryMs);
  // Run once at the start too, because an earlier process may have been stopped during its clean-up.
  void cleanUp();

  const mailer = startMailer(log());
  const steps = startSteps(
    features.flatMap(({ dataSteps }) => dataSteps),
    (error) => {
      if (!asUnavailable(error)) log().error(describeError(error), "bringing stored data up to date failed");
    },
  );

  return (signal) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), exitWithinMs).unref();
    log().info({ signal }, "stopping");
    clearInterval(cleaning);
    const workStopped = Promise.all([mailer.stop(), steps.stop()]);
    const givenUp = setTimeout(() => server.closeAllConnections(), stopWithinMs);
    server.close(() => {
      clearTimeout(givenUp);
      workStopped
        .then(writeOutcomes)
        .then(closeReadiness)
        .then(closeDatabase)
        .then(
          () => process.exit(0),
          () => process.exit(1),
        );
    });
    server.closeIdleConnections();
    for (const socket of silent) socket.destroy();
    // A connection whose answer is still under way is closed right after that answer and not a minute later.
    server.keepAliveTimeout = 1;
  };
}

/** Whether the database can be used just now. Answers within two seconds, and logs a problem. */
async function isReady(): Promise<boolean> {
  const trouble = await findTrouble(currentTrouble());
  if (trouble) noteTrouble(trouble);
  return !trouble;
}

function closeFolder(settings: Config): void {
  const { mended, open } = keepToOwner(settings);
  if (mended.length)
    log().warn(
      { mended: mended.length, first: mended[0] },
      "others could read the data: files are 0600, folders 0700 now",
    );
  if (open.length) log().warn({ open }, "others can read the data, and the modes are not ours to change");
}

/**
 * The connections that have never sent a request. Browsers open connections in advance, and a stop need not wait for
 * them.
 */
function trackSilentSockets(server: Server): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return silent;
}
