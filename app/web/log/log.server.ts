import { pino } from "pino";
import { config } from "~/core/settings/config.server";

let instance: pino.Logger | undefined;

/**
 * The log: one JSON object per line on standard output. Callers name each field that they log and never pass a whole
 * request, body or header, so no password, token or cookie gets into the log (OWASP ASVS 5.0, 16.2.5).
 */
export const log = (): pino.Logger => (instance ??= pino({ level: config().logLevel, base: null }));

/**
 * The parts of an unexpected error that are logged. The message is left out where the database client quotes the
 * query's values in it.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const quotesValues = error.name.startsWith("PrismaClientValidation");
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    code: "code" in error ? error.code : undefined,
    message: quotesValues ? undefined : error.message,
    stack: frames?.slice(0, 12).map((line) => line.trim()),
  };
}
