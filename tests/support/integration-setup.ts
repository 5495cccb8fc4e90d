import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase, openDatabase } from "~/core/data/db.server";
import { newDatabase, workerDir } from "./databases";
import { testSecrets } from "./server";

/** Settings that the machine's environment, or a `.env` beside the tests, must not lend them: empty counts as unset. */
const unset = [
  ...["PUBLIC_URL", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_CLAIMS", "CORS_ORIGINS", "TRUST_PROXY"],
  ...["ACCESS_TOKEN_EXPIRE_MINUTES", "REFRESH_TOKEN_EXPIRE_DAYS", "RATE_LIMITS", "PASSWORD_BLOCKLIST"],
  ...["DATABASE_POOL", "STATEMENT_TIMEOUT_MS"],
  ...["SMTP_URL", "MAIL_FROM", "EMAIL_VERIFICATION", "SIGNUP"],
];

// The program reads its settings at the first use, which is below: every file of tests has a database of its own.
Object.assign(process.env, Object.fromEntries(unset.map((name) => [name, ""])), testSecrets, {
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
