import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase, openDatabase } from "~/core/data/db.server";
import { newDatabase, workerDir } from "./databases";
import { setEnvironment } from "./environment";
import { testSecrets } from "./server";

// Must come before the first use of the settings below. Every test file has a database of its own.
setEnvironment({
  ...testSecrets,
  DATABASE_URL: await newDatabase(),
  DATA_DIR: path.join(workerDir, "data"),
  LOG_LEVEL: "silent",
});
await openDatabase();

// In a hook, so that the test file has declared its mocked modules before.
beforeAll(async () => {
  const { installFeatures, installSurfaces } = await import("~/features.server");
  installFeatures();
  await installSurfaces();
});

afterAll(closeDatabase);
