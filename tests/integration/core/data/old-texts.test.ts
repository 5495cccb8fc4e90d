import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { applyMigrations } from "~/core/data/migrations/migrate.server";
import { hashPassword } from "~/identity/domain/passwords/passwords.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { runSql } from "../../../support/catalogue";
import { databaseKind, newDatabase } from "../../../support/databases";
import { api } from "../../../support/http";
import { password } from "../../../support/people";
import { startServer } from "../../../support/server";

/* A database of the version that neither folded nor knew form C, under today's server. */

const folder = mkdtempSync(path.join(tmpdir(), "old-texts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The migrations as they were before the one that asks for the step. */
function migrationsOfThen(): string {
  const migrationsDir = path.join(folder, "migrations");
  cpSync(path.resolve(import.meta.dirname, "../../../../prisma/migrations"), migrationsDir, { recursive: true });
  const all = readdirSync(path.join(migrationsDir, databaseKind)).sort();
  const since = all.filter((name) => name >= (all.find((one) => one.endsWith("_data_steps")) ?? ""));
  for (const name of since.filter((one) => /^\d/.test(one)))
    rmSync(path.join(migrationsDir, databaseKind, name), { recursive: true });
  return migrationsDir;
}

const texts = ["Cafe\u0301", "İstanbul", "Straße", "plain"];

async function oldDatabase(email: string): Promise<string> {
  const url = await newDatabase({ migrated: false });
  await applyMigrations({ url, migrationsDir: migrationsOfThen() });
  const [id, at] = [randomUUID(), "'2026-01-01T00:00:00.000Z'"];
  await runSql(
    url,
    `INSERT INTO users (id, email, name, is_active, last_task_number, created_at, updated_at)
     VALUES ('${id}', '${email}', 'Ada', TRUE, 4, ${at}, ${at})`,
  );
  await runSql(
    url,
    `INSERT INTO passwords (user_id, hash, updated_at) VALUES ('${id}', '${await hashPassword(password, operatorsTurn)}', ${at})`,
  );
  for (const [index, text] of texts.entries())
    await runSql(
      url,
      `INSERT INTO tasks (user_id, number, title, title_key, created_at, updated_at)
       VALUES ('${id}', ${index + 1}, '${text}', '${text.toLowerCase()}', ${at}, ${at})`,
    );
  return url;
}

it("is served at once, and brought up to date beside the requests, once", async () => {
  // Two signs for the one letter, as an earlier version kept them.
  const databaseUrl = await oldDatabase("jo\u0308@example.com");
  const email = "j\u00f6@example.com";
  const finishedAt = async () => {
    const rows = (await runSql(databaseUrl, "SELECT finished_at FROM data_steps")) as { finished_at: unknown }[];
    return rows.every((row) => row.finished_at !== null) ? rows : null;
  };
  const server = await startServer({ databaseUrl });
  try {
    await expect.poll(finishedAt, { timeout: 60_000 }).not.toBeNull();
    const signedIn = await api(server.url, "POST", "/auth/login", {}, { email, password });
    const { access_token: token } = signedIn.json<{ access_token: string }>();
    const find = async (q: string) =>
      (await api(server.url, "GET", `/tasks?q=${encodeURIComponent(q)}`, { token }))
        .json<{ title: string }[]>()
        .map(({ title }) => title);
    expect(await find("café")).toEqual(["Café"]);
    expect(await find("cafe\u0301")).toEqual(["Café"]);
    expect(await find("istanbul")).toEqual(["İstanbul"]);
    expect(await find("ISTANBUL")).toEqual(["İstanbul"]);
    expect(await find("STRASSE")).toEqual(["Straße"]);
    expect(await find("PLAIN")).toEqual(["plain"]);
  } finally {
    await server.stop();
  }
  const finished = await finishedAt();
  const again = await startServer({ databaseUrl });
  await again.stop();
  expect(await finishedAt()).toEqual(finished);
});
