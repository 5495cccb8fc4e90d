import path from "node:path";
import { ConfigError } from "~/core/settings/config.server";
import { BackupError, exitCodeOf } from "~/core/data/backup/backup-error.server";
import { NoDatabase } from "./use-database";

/** Shared by the operator's commands. */

/** The command line is not one that the command understands. */
export class UsageError extends Error {}

/**
 * Runs a command: prints its result or its error, and sets the exit code to 0, to 1 for an error, or to 2 for wrong
 * usage. A signal aborts the command. Its exit code then is the signal's, and is used once unfinished files have been
 * removed.
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
 * The single argument of a command that takes a file, as an absolute path. Relative paths start in the folder where the
 * command was typed, because npm changes to the folder of package.json first.
 *
 * @throws {UsageError}
 */
export function fileArgument(words: readonly string[], command: string): string {
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
