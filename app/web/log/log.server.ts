import { pino } from "pino";
import { config } from "~/core/settings/config.server";

let instance: pino.Logger | undefined;

/**
 * The log: one JSON object a line on standard output. What goes in is named field by field; nobody hands it a request,
 * a body or a header, so no password, token or cookie can reach it (OWASP ASVS 5.0, 16.2.5).
 */
export const log = (): pino.Logger => (instance ??= pino({ level: config().logLevel, base: null }));

/** What of an unforeseen error goes into the log. Some of the database client's messages quote the query's values. */
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
