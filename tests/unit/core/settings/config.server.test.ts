import path from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "~/core/settings/config.server";

/** The names of the settings that an environment is refused for. */
function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const [head, ...faults] = (error as Error).message.split("\n");
    expect(head).toBe("The settings are not usable:");
    return faults.map((fault) => /^ {2}- (\w+) \S/.exec(fault)?.[1] ?? fault).sort();
  }
}

const onPostgres = { DATABASE_URL: "postgresql://user:word@db/holdfast" };
const secrets = { SESSION_SECRET: "s".repeat(32), JWT_SECRET_KEY: "j".repeat(32) };

it("an empty environment is enough", () => {
  const dataDir = path.resolve("data");
  expect(readConfig({})).toEqual({
    port: 3000,
    host: undefined,
    publicUrl: undefined,
    dataDir,
    databaseUrl: `file:${dataDir}/holdfast.db`,
    databasePool: 10,
    statementTimeoutMs: 10_000,
    sessionSecrets: undefined,
    jwtSecretKey: undefined,
    jwtIssuer: "holdfast",
    jwtAudience: undefined,
    jwtClaims: [],
    accessTokenSeconds: 900,
    refreshTokenSeconds: 604_800,
    corsOrigins: [],
    apiV1: true,
    trustProxy: [],
    mail: { via: "files", folder: path.resolve("data/outbox") },
    mailFrom: "Holdfast <holdfast@localhost>",
    mailOrigin: "http://localhost:3000",
    emailVerification: "off",
    signUp: "open",
    rateLimits: true,
    apiRateLimit: 600,
    passwordBlocklist: true,
    logLevel: "info",
  });
});

const names = [
  ...["PORT", "HOST", "PUBLIC_URL", "DATA_DIR", "DATABASE_URL", "SESSION_SECRET", "JWT_SECRET_KEY"],
  ...["JWT_ISSUER", "JWT_AUDIENCE", "JWT_CLAIMS", "ACCESS_TOKEN_EXPIRE_MINUTES", "REFRESH_TOKEN_EXPIRE_DAYS"],
  ...["CORS_ORIGINS", "API_V1", "TRUST_PROXY", "RATE_LIMITS", "PASSWORD_BLOCKLIST", "LOG_LEVEL"],
  ...["SMTP_URL", "MAIL_FROM", "EMAIL_VERIFICATION", "SIGNUP", "NODE_ENV", "API_RATE_LIMIT"],
  ...["DATABASE_POOL", "STATEMENT_TIMEOUT_MS"],
];

it.each(names)("%s, empty or blank, counts as not set", (name) => {
  for (const blank of ["", "  ", "\t"]) expect(readConfig({ [name]: blank })).toEqual(readConfig({}));
});

it("every setting is taken", () => {
  const config = readConfig({
    ...onPostgres,
    PORT: "0",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://Tasks.example.com/",
    DATA_DIR: "/var/lib/holdfast",
    DATABASE_POOL: "3",
    STATEMENT_TIMEOUT_MS: "2500",
    SESSION_SECRET: " first secret of sixteen , second secret of sixteen,",
    JWT_SECRET_KEY: secrets.JWT_SECRET_KEY,
    JWT_ISSUER: "issuer",
    JWT_AUDIENCE: "audience",
    JWT_CLAIMS: "name, email",
    ACCESS_TOKEN_EXPIRE_MINUTES: "5",
    REFRESH_TOKEN_EXPIRE_DAYS: "30",
    API_V1: "off",
    CORS_ORIGINS: "https://a.example, http://b.example:8080/",
    TRUST_PROXY: "loopback, 10.0.0.0/8, 2001:db8::/32, 192.0.2.1",
    SMTP_URL: "smtp://user:word@mail.example.com:587",
    MAIL_FROM: "Tasks <tasks@example.com>",
    EMAIL_VERIFICATION: "required",
    SIGNUP: "invite",
    RATE_LIMITS: "off",
    API_RATE_LIMIT: "50",
    PASSWORD_BLOCKLIST: "off",
    LOG_LEVEL: "debug",
  });
  expect(config).toEqual({
    port: 0,
    host: "127.0.0.1",
    publicUrl: "https://tasks.example.com",
    dataDir: "/var/lib/holdfast",
    databaseUrl: onPostgres.DATABASE_URL,
    databasePool: 3,
    statementTimeoutMs: 2_500,
    sessionSecrets: ["first secret of sixteen", "second secret of sixteen"],
    jwtSecretKey: secrets.JWT_SECRET_KEY,
    jwtIssuer: "issuer",
    jwtAudience: "audience",
    jwtClaims: ["name", "email"],
    accessTokenSeconds: 300,
    refreshTokenSeconds: 2_592_000,
    corsOrigins: ["https://a.example", "http://b.example:8080"],
    apiV1: false,
    trustProxy: ["loopback", "10.0.0.0/8", "2001:db8::/32", "192.0.2.1"],
    mail: { via: "smtp", url: "smtp://user:word@mail.example.com:587" },
    mailFrom: "Tasks <tasks@example.com>",
    mailOrigin: "https://tasks.example.com",
    emailVerification: "required",
    signUp: "invite",
    rateLimits: false,
    apiRateLimit: 50,
    passwordBlocklist: false,
    logLevel: "debug",
  });
});

it("the issuer is PUBLIC_URL unless another is named", () => {
  expect(readConfig({ PUBLIC_URL: "https://tasks.example.com" }).jwtIssuer).toBe("https://tasks.example.com");
  expect(readConfig({ PUBLIC_URL: "https://tasks.example.com", JWT_ISSUER: "other" }).jwtIssuer).toBe("other");
});

describe("mail", () => {
  const smtp = { SMTP_URL: "smtps://mail.example.com", PUBLIC_URL: "https://tasks.example.com" };

  it("with a mail server addresses are asked to be verified, and links start with PUBLIC_URL", () => {
    const settings = readConfig(smtp);
    expect(settings.emailVerification).toBe("optional");
    expect(settings.mailOrigin).toBe("https://tasks.example.com");
    expect(settings.mailFrom).toBe("Holdfast <holdfast@tasks.example.com>");
  });

  it("a mail server without PUBLIC_URL is refused: a request's own word for it is not to be trusted", () => {
    expect(() => readConfig({ ...smtp, PUBLIC_URL: "" })).toThrow("PUBLIC_URL must be set");
  });

  it("in production without a mail server there is no mail, and nothing can depend on it", () => {
    expect(readConfig({ NODE_ENV: "production" }).mail).toEqual({ via: "off" });
    expect(() => readConfig({ NODE_ENV: "production", EMAIL_VERIFICATION: "required" })).toThrow("needs mail");
  });

  it.each(["http://mail.example.com", "mail.example.com", "smtp://"])("SMTP_URL=%s is refused", (url) => {
    expect(() => readConfig({ ...smtp, SMTP_URL: url })).toThrow("SMTP_URL");
  });
});

describe("bounds", () => {
  it.each([
    ["PORT", ["0", "65535", " 8080 "], ["-1", "65536", "80.5", "http", "0x50", "1e3"]],
    ["ACCESS_TOKEN_EXPIRE_MINUTES", ["1", "1440"], ["0", "1441", "-5", "1.5", "ten", "Infinity"]],
    ["REFRESH_TOKEN_EXPIRE_DAYS", ["1", "365"], ["0", "366", "-1", "7d"]],
    [
      "PUBLIC_URL",
      ["http://localhost:3000", "https://tasks.example.com", "https://[2001:db8::1]:8443"],
      ["tasks.example.com", "https://tasks.example.com/path", "ftp://x", "https://x?y", "https://x#y", "https://u:p@x"],
    ],
    ["DATABASE_URL", ["file:data/x.db"], ["mysql://x", "data.db", "file:", "sqlite:x", " postgresql"]],
    [
      "SESSION_SECRET",
      ["s".repeat(16), `${"s".repeat(16)},${"t".repeat(16)}`],
      ["short", `${"s".repeat(16)},short`, ","],
    ],
    ["JWT_CLAIMS", ["email", "name", "email,name"], ["password", "email,id", "Email"]],
    ["CORS_ORIGINS", ["https://a.example"], ["*", "a.example", "https://a.example/path", "https://a.example,*"]],
    [
      "TRUST_PROXY",
      ["loopback", "linklocal,uniquelocal", "::1"],
      ["true", "1", "10.0.0.0/33", "10.0.0/8", "proxy.example"],
    ],
    ["MAIL_FROM", ["a@b.example", "A <a@b.example>"], ["nobody", "A <a>", "a@b.example\r\nBcc: c@d.example"]],
    ["EMAIL_VERIFICATION", ["off", "optional", "required"], ["on", "yes"]],
    ["SIGNUP", ["open", "invite", "closed"], ["on", "off"]],
    ["API_RATE_LIMIT", ["1", "1000000"], ["0", "-1", "off", "1000001"]],
    ["API_V1", ["on", "off"], ["yes", "1", "v1"]],
    ["STATEMENT_TIMEOUT_MS", ["100", "600000"], ["99", "600001", "10s", "0", "off"]],
    ["DATABASE_POOL", ["1", "1000"], ["0", "1001", "-1", "ten"]],
    ["RATE_LIMITS", ["on", "off"], ["no", "0", "false", "ON"]],
    ["PASSWORD_BLOCKLIST", ["on", "off"], ["yes"]],
    ["LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], ["verbose", "INFO", "30"]],
  ])("%s", (name, good, bad) => {
    for (const value of good) expect([value, faultsOf({ [name]: value })]).toEqual([value, []]);
    for (const value of bad) expect([value, faultsOf({ [name]: value })]).toEqual([value, [name]]);
  });

  it("JWT_SECRET_KEY needs 32 bytes, counted as bytes and not as characters", () => {
    expect(faultsOf({ JWT_SECRET_KEY: "x".repeat(31) })).toEqual(["JWT_SECRET_KEY"]);
    expect(faultsOf({ JWT_SECRET_KEY: "x".repeat(32) })).toEqual([]);
    expect(faultsOf({ JWT_SECRET_KEY: "ä".repeat(16) })).toEqual([]);
    expect(faultsOf({ JWT_SECRET_KEY: `${"ä".repeat(15)}x` })).toEqual(["JWT_SECRET_KEY"]);
    expect(faultsOf({ JWT_SECRET_KEY: "🔑".repeat(8) })).toEqual([]);
  });
});

it("every fault is named in one message, and no secret is in it", () => {
  const environment = { PORT: "x", LOG_LEVEL: "loud", JWT_SECRET_KEY: "too short", RATE_LIMITS: "maybe" };
  expect(faultsOf(environment)).toEqual(["JWT_SECRET_KEY", "LOG_LEVEL", "PORT", "RATE_LIMITS"]);
  expect(() => readConfig(environment)).not.toThrow(/too short/);
});

describe("a password in DATABASE_URL", () => {
  const given = (url: string) => ({ DATABASE_URL: url, ...secrets });

  it.each(["#", "/", "?", "@", "%", " ", "[", "1/", "1?", "1#", "%zz", "a@b", "1:2/x"])(
    "with %j as it is, is refused by one message that says how to write it, and has no part of it",
    (special) => {
      for (const url of [
        `postgresql://holdfast:sesame${special}opens@db.example:5432/tasks`,
        `postgresql://holdfast:1${special}opens@db.example/tasks`,
        `postgresql://sesame${special}opens:x@db.example/tasks`,
      ]) {
        expect(faultsOf(given(url))).toEqual(["DATABASE_URL"]);
        expect(() => readConfig(given(url))).toThrow(/write # as %23.*@ as %40, % as %25/);
        expect(() => readConfig(given(url))).not.toThrow(/sesame|opens/);
      }
    },
  );

  it.each([
    "postgresql://holdfast:ses%23am%2Fe@db.example:5432/tasks?sslmode=verify-full",
    "postgres://holdfast@db.example/tasks",
    "postgresql://holdfast:with:colon!$&'()*+,;=~@[2001:db8::1]:5432/tasks",
    "postgresql://höldfast:pässword@db.example/tasks",
    "postgresql:///tasks?host=/var/run/postgresql",
    "postgresql://holdfast:x@%2Fvar%2Frun%2Fpostgresql/tasks",
    " postgresql://db.example ",
  ])("is taken as it is meant: %s", (url) => {
    expect(faultsOf(given(url))).toEqual([]);
  });
});

it("PostgreSQL wants the secrets from the environment", () => {
  expect(faultsOf(onPostgres)).toEqual(["JWT_SECRET_KEY", "SESSION_SECRET"]);
  expect(faultsOf({ DATABASE_URL: "postgres://db/x", SESSION_SECRET: " ", ...{ JWT_SECRET_KEY: "" } })).toEqual([
    "JWT_SECRET_KEY",
    "SESSION_SECRET",
  ]);
  expect(faultsOf({ ...onPostgres, SESSION_SECRET: secrets.SESSION_SECRET })).toEqual(["JWT_SECRET_KEY"]);
  expect(faultsOf({ ...onPostgres, ...secrets })).toEqual([]);
});
