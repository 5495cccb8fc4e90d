import path from "node:path";
import { ConfigError } from "~/core/settings/config.server";
import { BackupError, exitCodeOf } from "~/core/data/backup/backup-error.server";
import { NoDatabase } from "./use-database";

/** What the operator's commands about files have in common. */

/** The words are none that this command knows. */
export class UsageError extends Error {}

/**
 * Runs a command: prints its answer, or why there is none, and sets the exit code to 0, 1, or 2 for words that it does
 * not know. A signal aborts it, and counts when what it has begun is put away.
 */
export async function runCommand(usage: string, work: (words: string[], signal: AbortSignal) => Promise<string>) {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      process.exitCode = exitCodeOf(signal);
      interruption.abort();
    });
  try {
    console.log(await work(process.argv.slice(2), interruption.signal));
  } catch (error) {
    if (interruption.signal.aborted) return;
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const expected = [ConfigError, BackupError, NoDatabase].some((kind) => error instanceof kind);
    const reason = error instanceof Error ? error.message : String(error);
    console.error(error instanceof UsageError ? usage : expected ? reason : `It could not be done: ${reason.trim()}`);
  }
}

/**
 * The one word of a command that takes a file, as an absolute path. It counts from where the command was typed: npm itself
 * goes to the folder of package.json first.
 *
 * @throws {UsageError}
 */
export function fileIn(words: readonly string[], command: string): string {
  const [word] = words;
  if (!word || words.length > 1 || word.startsWith("-")) throw new UsageError();
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
  return path.resolve(script === command && typedIn ? typedIn : "", word);
}

/** `1 task`, `1,203 tasks`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** `29.6 kB`, `204.1 MB`. */
export function inUnits(bytes: number): string {
  const [divisor, unit] = bytes < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
  return `${(bytes / divisor).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} ${unit}`;
}
