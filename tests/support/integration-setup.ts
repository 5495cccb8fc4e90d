import path from "node:path";
import { afterAll } from "vitest";
import { closeDatabase, openDatabase } from "~/data/db.server";
import { newDatabase, workerDir } from "./databases";
import { testSecrets } from "./server";

// The program reads its settings at the first use, which is below: every file of tests has a database of its own.
for (const name of settingsThatTestsMustNotInherit()) delete process.env[name];
Object.assign(process.env, testSecrets, {
  DATABASE_URL: await newDatabase(),
  DATA_DIR: path.join(workerDir, "data"),
  LOG_LEVEL: "silent",
});
await openDatabase();

afterAll(closeDatabase);

function settingsThatTestsMustNotInherit(): string[] {
  return [
    ...["PUBLIC_URL", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_CLAIMS", "CORS_ORIGINS", "TRUST_PROXY"],
    ...["ACCESS_TOKEN_EXPIRE_MINUTES", "REFRESH_TOKEN_EXPIRE_DAYS", "RATE_LIMITS", "PASSWORD_BLOCKLIST"],
  ];
}
