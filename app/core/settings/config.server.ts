import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { BlockList, isIP } from "node:net";
import path from "node:path";
import { z } from "zod";
import { isServerUrl } from "~/core/data/database-url.server";
import { fillFromFile } from "./env-file.server";

/**
 * The settings: environment variables alone, checked once at start. Nothing else in the program reads `process.env`.
 */

const loopbackNames = ["loopback", "linklocal", "uniquelocal"];

const blankToUndefined = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);

/** An empty variable counts as one that is not set: compose files and unit files often carry `NAME=`. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankToUndefined, schema.optional());

function withDefault<T extends z.ZodType>(schema: T, value: z.input<T>) {
  return z.preprocess((given) => blankToUndefined(given) ?? value, schema);
}

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);

const list = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

const onOff = z.enum(["on", "off"], "must be on or off").transform((value) => value === "on");

const origin = z.string().transform((value, context) => {
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : null;
  if (
    url &&
    (url.protocol === "http:" || url.protocol === "https:") &&
    url.pathname === "/" &&
    !url.search &&
    !url.hash &&
    !url.username
  )
    return url.origin;
  context.addIssue({ code: "custom", message: `must be an origin such as https://tasks.example.com, without a path` });
  return z.NEVER;
});

const byteLength = (value: string) => Buffer.byteLength(value, "utf8");

const isProxyName = (entry: string) => {
  if (loopbackNames.includes(entry) || isIP(entry)) return true;
  const [address = "", prefix = "", ...rest] = entry.split("/");
  const family = isIP(address);
  if (!family || rest.length || !/^\d+$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 6 ? "ipv6" : "ipv4");
    return true;
  } catch {
    return false;
  }
};

/**
 * PEM blocks, the first of them a private key of P-256 (ES256) or Ed25519 (EdDSA). Line ends may be written as `\n`,
 * for places that take one line only.
 */
const pemKeys = z.string().transform((value, context) => {
  const fault = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const blocks =
    value.replaceAll("\\n", "\n").match(/-----BEGIN ((?:[A-Z]+ )*(?:PRIVATE|PUBLIC) KEY)-----[^-]+-----END \1-----/g) ??
    [];
  const keys: KeyObject[] = [];
  for (const block of blocks)
    try {
      keys.push(block.includes("PRIVATE") ? createPrivateKey(block) : createPublicKey(block));
    } catch {
      return fault("holds a PEM block that is no usable key");
    }
  if (keys[0]?.type !== "private") return fault("must begin with a private key in PEM form");
  if (!keys.every(isSigningKey)) return fault("must hold keys of the curve P-256 (ES256) or Ed25519 (EdDSA)");
  return keys;
});

const isSigningKey = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) =>
  asymmetricKeyType === "ed25519" || (asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1");

/** A password with one of these characters makes another address of it, part of the password its host or path. */
const unescaped =
  "is no address of a server. In a user name or password write # as %23, / as %2F, ? as %3F, @ as %40, % as %25 and a space as %20";

const environmentSchema = z.object({
  PORT: withDefault(wholeNumber(0, 65535), "3000"),
  HOST: optional(z.string().trim()),
  PUBLIC_URL: optional(origin),
  DATA_DIR: withDefault(z.string(), "data"),
  DATABASE_URL: optional(
    z
      .string()
      .trim()
      .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/s, "must start with file: or postgresql://")
      .refine((value) => !/^postgres(ql)?:\/\//.test(value) || isServerUrl(value), unescaped),
  ),
  DATABASE_POOL: withDefault(wholeNumber(1, 1000), "10"),
  STATEMENT_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), "10000"),
  SESSION_SECRET: optional(
    list.refine(
      (secrets) => secrets.length > 0 && secrets.every((secret) => byteLength(secret) >= 16),
      "every secret of the list must have at least 16 bytes (better: 32 random ones)",
    ),
  ),
  JWT_SECRET_KEY: optional(
    z.string().refine((secret) => byteLength(secret) >= 32, "must have at least 32 bytes (RFC 7518, section 3.2)"),
  ),
  JWT_ISSUER: optional(z.string()),
  JWT_AUDIENCE: optional(z.string()),
  JWT_CLAIMS: withDefault(
    list.pipe(z.array(z.enum(["email", "name"], "may name email and name, separated by a comma"))),
    "",
  ),
  JWT_PRIVATE_KEY: optional(pemKeys),
  ACCESS_TOKEN_EXPIRE_MINUTES: withDefault(wholeNumber(1, 1440), "15"),
  REFRESH_TOKEN_EXPIRE_DAYS: withDefault(wholeNumber(1, 365), "7"),
  CORS_ORIGINS: withDefault(list.pipe(z.array(origin)), ""),
  API_V1: withDefault(onOff, "on"),
  TRUST_PROXY: withDefault(
    list.refine(
      (entries) => entries.every(isProxyName),
      `must be a list of addresses, subnets (10.0.0.0/8) or the names ${loopbackNames.join(", ")}`,
    ),
    "",
  ),
  SMTP_URL: optional(
    z
      .string()
      .trim()
      .regex(/^smtps?:\/\/.+$/s, "must start with smtp:// or smtps://")
      .refine((value) => !/^smtps?:\/\//.test(value) || isServerUrl(value), unescaped),
  ),
  MAIL_FROM: optional(
    z
      .string()
      .trim()
      .regex(
        /^([^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
        "must be an address such as Holdfast <tasks@example.com>",
      ),
  ),
  EMAIL_VERIFICATION: optional(z.enum(["off", "optional", "required"], "must be one of off, optional, required")),
  SIGNUP: withDefault(z.enum(["open", "invite", "closed"], "must be one of open, invite, closed"), "open"),
  NODE_ENV: optional(z.string()),
  RATE_LIMITS: withDefault(onOff, "on"),
  API_RATE_LIMIT: withDefault(wholeNumber(1, 1_000_000), "600"),
  PASSWORD_BLOCKLIST: withDefault(onOff, "on"),
  LOG_LEVEL: withDefault(
    z.enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be one of fatal, error, warn, info, debug, trace, silent",
    ),
    "info",
  ),
});

export type Config = Readonly<{
  port: number;
  /** Undefined: every address of the machine. */
  host: string | undefined;
  publicUrl: string | undefined;
  dataDir: string;
  databaseUrl: string;
  /** PostgreSQL: how many connections this process may have for its requests. */
  databasePool: number;
  /** How long a request may wait for the database, all of its statements together. */
  statementTimeoutMs: number;
  /** Undefined: made at first start and kept in the data directory (SQLite only). */
  sessionSecrets: readonly string[] | undefined;
  jwtSecretKey: string | undefined;
  /** The first one signs; the others, private or public, are earlier ones whose tokens are still good. */
  jwtPrivateKeys: readonly KeyObject[] | undefined;
  jwtIssuer: string;
  jwtAudience: string | undefined;
  jwtClaims: readonly ("email" | "name")[];
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  corsOrigins: readonly string[];
  /** Is the second dialect served: `/api/v1` and `/api/auth/signin`? */
  apiV1: boolean;
  trustProxy: readonly string[];
  /** How mail leaves; "files" are for trying things out, and "off" is production without a mail server. */
  mail: Readonly<{ via: "smtp"; url: string } | { via: "files"; folder: string } | { via: "off" }>;
  mailFrom: string;
  /** The origin of the links in mail. Never the one that a request claims: that is the sender's to choose. */
  mailOrigin: string;
  emailVerification: "off" | "optional" | "required";
  signUp: "open" | "invite" | "closed";
  rateLimits: boolean;
  /** Requests to `/api` that one token may send in a minute; none are counted with `rateLimits` off. */
  apiRateLimit: number;
  passwordBlocklist: boolean;
  logLevel: string;
}>;

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
export function readConfig(environment: Record<string, string | undefined>): Config {
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
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `file:${path.join(dataDir, "holdfast.db")}`,
    databasePool: env.DATABASE_POOL,
    statementTimeoutMs: env.STATEMENT_TIMEOUT_MS,
    sessionSecrets: env.SESSION_SECRET,
    jwtSecretKey: env.JWT_SECRET_KEY,
    jwtPrivateKeys: env.JWT_PRIVATE_KEY,
    jwtIssuer: env.JWT_ISSUER ?? env.PUBLIC_URL ?? "holdfast",
    jwtAudience: env.JWT_AUDIENCE,
    jwtClaims: env.JWT_CLAIMS,
    accessTokenSeconds: env.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    refreshTokenSeconds: env.REFRESH_TOKEN_EXPIRE_DAYS * 24 * 60 * 60,
    corsOrigins: env.CORS_ORIGINS,
    apiV1: env.API_V1,
    trustProxy: env.TRUST_PROXY,
    mail: mailOf(env.SMTP_URL, production, dataDir),
    mailFrom: env.MAIL_FROM ?? `Holdfast <holdfast@${env.PUBLIC_URL ? new URL(env.PUBLIC_URL).hostname : "localhost"}>`,
    mailOrigin: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    emailVerification: env.EMAIL_VERIFICATION ?? (env.SMTP_URL ? "optional" : "off"),
    signUp: env.SIGNUP,
    rateLimits: env.RATE_LIMITS,
    apiRateLimit: env.API_RATE_LIMIT,
    passwordBlocklist: env.PASSWORD_BLOCKLIST,
    logLevel: env.LOG_LEVEL,
  };
}

function mailOf(url: string | undefined, production: boolean, dataDir: string): Config["mail"] {
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
