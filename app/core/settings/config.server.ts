import path from "node:path";
import { z } from "zod";
import { fillFromFile } from "./env-file.server";
import { settings } from "./settings-table";

/**
 * The settings: environment variables alone, checked once at start. Nothing else in the program reads `process.env`.
 */

const environmentSchema = z.object(settings);

/** The settings as the program uses them. */
export type Config = Readonly<ReturnType<typeof readConfig>>;

type Mail = Readonly<{ via: "smtp"; url: string } | { via: "files"; folder: string } | { via: "off" }>;

/** Start-up cannot go on; the message names every fault, one a line. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Checks an environment and turns it into settings.
 *
 * @param environment - the variables, `process.env` in production
 * @throws {ConfigError} naming every variable that is wrong
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
    /** Undefined: every address of the machine. */
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `file:${path.join(dataDir, "holdfast.db")}`,
    /** PostgreSQL: how many connections this process may have for its requests. */
    databasePool: env.DATABASE_POOL,
    /** How long a request may wait for the database, all of its statements together. */
    statementTimeoutMs: env.STATEMENT_TIMEOUT_MS,
    /** Undefined: made at first start and kept in the data directory (SQLite only). */
    sessionSecrets: env.SESSION_SECRET,
    jwtSecretKey: env.JWT_SECRET_KEY,
    /** The first one signs; the others, private or public, are earlier ones whose tokens are still good. */
    jwtPrivateKeys: env.JWT_PRIVATE_KEY,
    jwtIssuer: env.JWT_ISSUER ?? env.PUBLIC_URL ?? "holdfast",
    jwtAudience: env.JWT_AUDIENCE,
    jwtClaims: env.JWT_CLAIMS,
    accessTokenSeconds: env.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    refreshTokenSeconds: env.REFRESH_TOKEN_EXPIRE_DAYS * 24 * 60 * 60,
    corsOrigins: env.CORS_ORIGINS,
    /** Is the second dialect served: `/api/v1` and `/api/auth/signin`? */
    apiV1: env.API_V1,
    trustProxy: env.TRUST_PROXY,
    mail: mailOf(env.SMTP_URL, production, dataDir),
    mailFrom: env.MAIL_FROM ?? `Holdfast <holdfast@${env.PUBLIC_URL ? new URL(env.PUBLIC_URL).hostname : "localhost"}>`,
    /** The origin of the links in mail. Never the one that a request claims: that is the sender's to choose. */
    mailOrigin: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    emailVerification: env.EMAIL_VERIFICATION ?? (env.SMTP_URL ? "optional" : "off"),
    signUp: env.SIGNUP,
    rateLimits: env.RATE_LIMITS,
    /** Requests to `/api` that one token may send in a minute; none are counted with `rateLimits` off. */
    apiRateLimit: env.API_RATE_LIMIT,
    passwordBlocklist: env.PASSWORD_BLOCKLIST,
    logLevel: env.LOG_LEVEL,
  };
}

/** How mail leaves; files are for trying things out, and "off" is production without a mail server. */
function mailOf(url: string | undefined, production: boolean, dataDir: string): Mail {
  if (url) return { via: "smtp", url };
  return production ? { via: "off" } : { via: "files", folder: path.join(dataDir, "outbox") };
}

let current: Config | undefined;

/**
 * The settings of this process, read at the first call. A `.env` file in the working directory fills in what the
 * environment does not say.
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
