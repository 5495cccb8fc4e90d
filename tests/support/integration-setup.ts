import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase, openDatabase } from "~/core/data/db.server";
import { newDatabase, workerDir } from "./databases";
import { setEnvironment } from "./environment";
import { testSecrets } from "./server";

// The program reads its settings at the first use, which is below: every file of tests has a database of its own.
setEnvironment({
  ...testSecrets,
  DATABASE_URL: await newDatabase(),
  DATA_DIR: path.join(workerDir, "data"),
  LOG_LEVEL: "silent",
});
await openDatabase();

// After the file of tests has said which modules are mocked.
beforeAll(async () => {
  const { installFeatures, installSurfaces } = await import("~/features.server");
  installFeatures();
  await installSurfaces();
});

afterAll(closeDatabase);
