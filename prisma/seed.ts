/**
 * Creates a demo account with realistic tasks: `npm run db:seed`. Everything goes through the domain functions, as if a
 * person had typed it. Refuses to change an existing account.
 */
import path from "node:path";
import { config } from "~/core/settings/config.server";
import { closeDatabase, openDatabase } from "~/core/data/db.server";
import { applyMigrations } from "~/core/data/migrations/migrate.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import { addDays, localDay } from "~/core/time/day";
import { DomainError } from "~/core/errors";
import { endSession } from "~/identity/domain/sessions/sessions.server";
import type { NewTask } from "~/tasks/domain/task";
import { createTask } from "~/tasks/domain/tasks.server";

const account = { email: "demo@example.com", name: "Demo", password: "a bench with a holdfast" };

const today = localDay(new Date());
const inDays = (days: number) => addDays(today, days);

const tasks: NewTask[] = [
  { title: "Renew the passport", priority: "high", dueDate: inDays(-2), description: "Photos are in the blue folder." },
  { title: "Call the dentist about Thursday", priority: "medium", dueDate: inDays(0) },
  { title: "Send the invoice for October", priority: "high", dueDate: inDays(1) },
  { title: "Book the train to Lyon", priority: "medium", dueDate: inDays(3), description: "Window seat, before 10." },
  { title: "Water the fig tree", priority: "low", dueDate: inDays(5) },
  { title: "Read chapter four", priority: "low" },
  { title: "Sharpen the kitchen knives", priority: "low", dueDate: inDays(12) },
  { title: "Ask Mira for the recipe", priority: "low" },
  { title: "Test the backup: restore it once", priority: "high", dueDate: inDays(9) },
  { title: "Return the library books", priority: "medium", dueDate: inDays(-1), completed: true },
  { title: "Fix the dripping tap", priority: "medium", completed: true },
  { title: "Birthday card for Jonas", priority: "high", dueDate: inDays(-4), completed: true },
];

async function seed(): Promise<void> {
  const migrationsDir = path.resolve(import.meta.dirname, "migrations");
  await applyMigrations({ url: config().databaseUrl, migrationsDir });
  await openDatabase();
  const client = { address: "127.0.0.1", userAgent: "db:seed" };
  const { actor } = await signUp(account, { via: "bearer" }, client);
  for (const task of tasks) await createTask(actor, task);
  await endSession(actor, client);
  console.log(`Sign in as ${account.email} with the password: ${account.password}`);
}

try {
  await seed();
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  console.error(`No demo account was made: ${error.message}`);
  process.exitCode = 1;
} finally {
  await closeDatabase();
}
