import path from "node:path";
import { z } from "zod";
import { fillFromFile } from "./env-file.server";
import { settings } from "./settings-table";

/**
 * The settings come from environment variables and are checked once, at the start. No other module reads `process.env`.
 */

const environmentSchema = z.object(settings);

/** The settings as the program uses them. */
export type Config = Readonly<ReturnType<typeof readConfig>>;

type Mail = Readonly<{ via: "smtp"; url: string } | { via: "files"; folder: string } | { via: "off" }>;

/** The program cannot start. The message names every fault, one a line. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Validates an environment and turns it into settings.
 *
 * @param environment - the variables, `process.env` in production
 * @throws {ConfigError} naming every invalid variable
 */
export function readConfig(environment: Record<string, string | undefined>) {
  const parsed = environmentSchema.safeParse(environment);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? ""} ${issue.message}`);

  const given = (name: string) => Boolean(environment[name]?.trim());
  const onPostgres = /^\s*postgres(ql)?:/.test(environment.DATABASE_URL ?? "");
  if (onPostgres)
    for (const name of ["SESSION_SECRET", ...(given("JWT_PRIVATE_KEY") ? [] : ["JWT_SECRET_KEY"])])
      if (!given(name))
        faults.push(`${name} must be set when DATABASE_URL is PostgreSQL, so that every process has the same one`);

  if (given("SMTP_URL") && !given("PUBLIC_URL"))
    faults.push("PUBLIC_URL must be set when SMTP_URL is: the links in mail start with it");
  const production = environment.NODE_ENV === "production";
  if (production && !given("SMTP_URL") && ["optional", "required"].includes(environment.EMAIL_VERIFICATION ?? ""))
    faults.push("EMAIL_VERIFICATION needs mail: set SMTP_URL, or leave it off");

  if (!parsed.success || faults.length)
    throw new ConfigError(["The settings are not usable:", ...faults.map((fault) => `  - ${fault}`)].join("\n"));

  const env = parsed.data;
  const dataDir = path.resolve(env.DATA_DIR);
  return {
    port: env.PORT,
    /** Undefined: all addresses of the machine. */
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `file:${path.join(dataDir, "holdfast.db")}`,
    /** PostgreSQL: the most connections that this process may use for its requests. */
    databasePool: env.DATABASE_POOL,
    /** How long a request may wait for the database in total, in milliseconds. */
    statementTimeoutMs: env.STATEMENT_TIMEOUT_MS,
    /** Undefined: created at the first start and kept in the data directory (SQLite only). */
    sessionSecrets: env.SESSION_SECRET,
    jwtSecretKey: env.JWT_SECRET_KEY,
    /** The first key signs. The others, private or public, are earlier keys whose tokens are still accepted. */
    jwtPrivateKeys: env.JWT_PRIVATE_KEY,
    jwtIssuer: env.JWT_ISSUER ?? env.PUBLIC_URL ?? "holdfast",
    jwtAudience: env.JWT_AUDIENCE,
    jwtClaims: env.JWT_CLAIMS,
    accessTokenSeconds: env.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    refreshTokenSeconds: env.REFRESH_TOKEN_EXPIRE_DAYS * 24 * 60 * 60,
    corsOrigins: env.CORS_ORIGINS,
    /** Whether the second dialect is served: `/api/v1` and `/api/auth/signin`. */
    apiV1: env.API_V1,
    trustProxy: env.TRUST_PROXY,
    mail: mailOf(env.SMTP_URL, production, dataDir),
    mailFrom: env.MAIL_FROM ?? `Holdfast <holdfast@${env.PUBLIC_URL ? new URL(env.PUBLIC_URL).hostname : "localhost"}>`,
    /** The origin of links in mail. It never comes from a request, because the client chooses what a request claims. */
    mailOrigin: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    emailVerification: env.EMAIL_VERIFICATION ?? (env.SMTP_URL ? "optional" : "off"),
    signUp: env.SIGNUP,
    rateLimits: env.RATE_LIMITS,
    /** How many requests to `/api` one token may send in a minute. Not counted when `rateLimits` is off. */
    apiRateLimit: env.API_RATE_LIMIT,
    passwordBlocklist: env.PASSWORD_BLOCKLIST,
    logLevel: env.LOG_LEVEL,
  };
}

/** How mail is sent. "files" is for trying Holdfast out; "off" is production without a mail server. */
function mailOf(url: string | undefined, production: boolean, dataDir: string): Mail {
  if (url) return { via: "smtp", url };
  return production ? { via: "off" } : { via: "files", folder: path.join(dataDir, "outbox") };
}

let current: Config | undefined;

/**
 * The settings of this process, read at the first call. A `.env` file in the working directory provides variables that
 * the environment does not set.
 *
 * @throws {ConfigError}
 */
export function config(): Config {
  if (!current) {
    fillFromFile(process.env, ".env");
    current = readConfig(process.env);
  }
  return current;
}
