import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { z } from "zod";
import { config, ConfigError } from "~/core/settings/config.server";
import { closeDatabase } from "~/core/data/db.server";
import { emailInWords, normalizeEmail } from "~/core/email";
import { operatorAccount, operatorInvitation } from "~/identity/domain/account/account-schema";
import { troubleOf } from "~/core/data/unavailable.server";
import * as operator from "~/identity/domain/lifecycle/operator.server";
import { DomainError, Invalid } from "~/core/errors";
import { accountTable } from "./account-table";
import { UsageError } from "./command";
import { NoDatabase, useDatabase } from "./use-database";

/** The operator's command for accounts: `npm run user -- …`. Works while the server runs. */

const usage = `Usage: npm run user -- <command>

  list [--json]                                      every account
  create <email> [--name <name>] [--password-stdin]  make one; prints a link to choose its password, good for 24 hours
  reset-password <email>                             print a link to choose a new password, good for 24 hours
  end-sessions <email>                               sign it out everywhere
  remove-factors <email>                             take two-step sign-in and passkeys from it: they are lost
  disable <email> | enable <email>                   keep it out, or let it in again
  delete <email or id> [--yes]                       delete it with everything in it
  invite [email] [--days <1 to 365>]                 print a link to sign up once, good for 7 days`;

const options = {
  json: { type: "boolean" },
  name: { type: "string" },
  "password-stdin": { type: "boolean" },
  yes: { type: "boolean" },
  days: { type: "string" },
} as const;

/** The operator did not confirm. */
class Cancelled extends Error {}

type Values = { json?: boolean; name?: string; "password-stdin"?: boolean; yes?: boolean; days?: string };

type Command = {
  /** How many arguments may follow the command. */
  words: readonly [least: number, most: number];
  options?: readonly (keyof Values)[];
  run: (email: string, values: Values) => Promise<string>;
};

const commands: Record<string, Command> = {
  list: {
    words: [0, 0],
    options: ["json"],
    run: async (_email, { json }) => {
      const accounts = await operator.listAccounts();
      return json ? JSON.stringify(accounts, null, 2) : accountTable(accounts);
    },
  },
  create: {
    words: [1, 1],
    options: ["name", "password-stdin"],
    run: async (email, { name, "password-stdin": fromInput }) => {
      const password = fromInput ? (await text(process.stdin)).replace(/\r?\n$/, "") : undefined;
      const account = read(operatorAccount, { email, name, password });
      const { secret } = await operator.createAccount(account);
      return secret === null ? `${account.email} has an account.` : passwordLink(account.email, secret);
    },
  },
  "reset-password": {
    words: [1, 1],
    run: async (email) => passwordLink(email, await operator.resetPasswordByOperator(email)),
  },
  "end-sessions": {
    words: [1, 1],
    run: async (email) => {
      const count = await operator.endSessionsOf(email);
      return `${email} is signed out everywhere (${count === 1 ? "1 session" : `${count} sessions`}).`;
    },
  },
  "remove-factors": {
    words: [1, 1],
    run: async (email) => {
      await operator.removeFactors(email);
      return `${email} signs in with the password alone. Two-step sign-in, backup codes and passkeys are gone.`;
    },
  },
  disable: {
    words: [1, 1],
    run: async (email) => {
      await operator.setAccountActive(email, false);
      return `${email} is disabled.`;
    },
  },
  enable: {
    words: [1, 1],
    run: async (email) => {
      await operator.setAccountActive(email, true);
      return `${email} is enabled.`;
    },
  },
  delete: {
    words: [1, 1],
    options: ["yes"],
    run: async (named, { yes }) => {
      const { email } = await operator.findAccount(named);
      if (!yes) await confirm(email);
      await operator.deleteAccountByOperator(named);
      return `${email} is deleted, with everything in it.`;
    },
  },
  invite: {
    words: [0, 1],
    options: ["days"],
    run: async (given, { days: word }) => {
      const days = word === undefined ? 7 : Number(word);
      if (!Number.isInteger(days) || days < 1 || days > 365) throw new UsageError();
      const { email } = read(operatorInvitation, given ? { email: given } : {});
      const secret = await operator.invite({ email, days });
      const note = config().signUp === "open" ? "\nSIGNUP=open: anybody can sign up without it." : "";
      const whom = email ?? "whoever has this link";
      return `Good for one account, for ${whom}, for ${days === 1 ? "1 day" : `${days} days`}:\n${link("/signup?invitation=", secret)}${note}`;
    },
  },
};

const link = (path: string, secret: string) => config().mailOrigin + path + encodeURIComponent(secret);

const passwordLink = (email: string, secret: string) =>
  `${email} chooses a password here, once, within 24 hours:\n${link("/reset-password?token=", secret)}`;

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Invalid(error.issues.map(({ message }) => ({ path: [], message })));
}

async function confirm(email: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Cancelled("This is no terminal to ask on. Say --yes to delete without a question.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`This deletes ${emailInWords(email)} for good. Type the address to go on: `);
  terminal.close();
  if (normalizeEmail(answer) !== email) throw new Cancelled("That is not the address. Nothing was deleted.");
}

/**
 * Parses the arguments, and returns the command that they name.
 *
 * @throws {UsageError}
 */
function parseCommand(words: string[]): () => Promise<string> {
  let parsed;
  try {
    parsed = parseArgs({ args: words, options, allowPositionals: true });
  } catch {
    throw new UsageError();
  }
  const { values, positionals } = parsed;
  const [name = "", ...rest] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const known = Object.keys(values).every((option) => command?.options?.some((own) => own === option));
  if (!command || !known || rest.length < command.words[0] || rest.length > command.words[1]) throw new UsageError();
  return () => command.run(rest[0] ?? "", values);
}

async function run(words: string[]): Promise<number> {
  try {
    const task = parseCommand(words);
    await useDatabase();
    console.log(await task());
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(usage);
      return 2;
    }
    const trouble = troubleOf(error);
    if (trouble) {
      console.error(`The database cannot be used just now: ${trouble}.`);
      return 1;
    }
    const expected = [DomainError, ConfigError, Cancelled, NoDatabase].some((kind) => error instanceof kind);
    const reason = error instanceof Error ? error.message : String(error);
    console.error(expected ? reason : `The database did not answer as expected: ${reason.trim()}`);
    return 1;
  } finally {
    await closeDatabase();
  }
}

process.exitCode = await run(process.argv.slice(2));
