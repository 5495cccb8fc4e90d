import { optional, withDefault, type Setting } from "./setting";
import {
  databaseUrl,
  hmacKey,
  inCode,
  listOf,
  mailAddress,
  mailServerUrl,
  namedNetworks,
  oneOf,
  onOff,
  origin,
  pemKeys,
  personalData,
  proxies,
  secrets,
  text,
  wholeNumber,
  word,
} from "./setting-kinds";

/**
 * All settings. The configuration at start, docs/settings.md, the table of README.md and .env.example (all three
 * written by `npm run settings`), and the environment of the tests are made from this.
 */
export const settings = {
  PORT: withDefault({
    group: "address",
    schema: wholeNumber(0, 65535),
    default: "3000",
    description: "the port on which it listens; `0` takes any free one",
    inReadme: true,
  }),
  HOST: optional({
    group: "address",
    schema: word,
    byDefault: "all addresses",
    description: "the address of the machine on which it listens",
    example: "127.0.0.1",
  }),
  PUBLIC_URL: optional({
    group: "address",
    schema: origin,
    byDefault: "the request's own origin",
    description:
      "the origin that people see, to be set whenever a proxy stands in front; with https, cookies are `Secure` and HSTS is sent",
    example: "https://tasks.example.com",
    inReadme: true,
  }),

  DATA_DIR: withDefault({
    group: "data",
    schema: text,
    default: "data",
    description: "the folder of the database, the secrets and mail as files; kept readable by the owner alone",
    example: "/var/lib/holdfast",
    inReadme: true,
  }),
  DATABASE_URL: optional({
    group: "data",
    schema: databaseUrl,
    byDefault: "`holdfast.db` in `DATA_DIR`",
    description:
      "`file:…` or `postgresql://…`; in a user name or password write `#` as `%23`, `/` as `%2F`, `?` as `%3F`, `@` as `%40`, `%` as `%25`",
    example: "postgresql://user:password@localhost:5432/holdfast",
    inReadme: true,
  }),
  DATABASE_POOL: withDefault({
    group: "data",
    schema: wholeNumber(1, 1000),
    default: "10",
    description: "PostgreSQL: the connections of a process for its requests; `/readyz` has one more",
  }),
  STATEMENT_TIMEOUT_MS: withDefault({
    group: "data",
    schema: wholeNumber(100, 600_000),
    default: "10000",
    description: "milliseconds that a request may wait for the database, all of its statements together",
  }),

  SESSION_SECRET: optional({
    group: "secrets",
    schema: secrets,
    byDefault: "made at first start",
    description:
      "a comma-separated list, 16 bytes or more each; the first encrypts session cookies, every one decrypts",
    madeBy: "openssl rand -base64 32",
    inReadme: true,
  }),
  JWT_SECRET_KEY: optional({
    group: "secrets",
    schema: hmacKey,
    byDefault: "made at first start",
    description:
      "signs access tokens (HS256 over its raw bytes), 32 bytes or more; other back ends verify our tokens with it",
    madeBy: "openssl rand -base64 32",
    inReadme: true,
  }),

  JWT_ISSUER: optional({
    group: "tokens",
    schema: text,
    byDefault: "`PUBLIC_URL`, else `holdfast`",
    description: "the `iss` of access tokens",
    example: "https://tasks.example.com",
  }),
  JWT_AUDIENCE: optional({
    group: "tokens",
    schema: text,
    description: "the `aud` of access tokens, sent and required when set",
    example: "tasks",
  }),
  JWT_CLAIMS: withDefault({
    group: "tokens",
    schema: listOf(personalData),
    default: "",
    description: "`email`, `name` or both: personal data to put into access tokens, as of issuing",
    example: "email,name",
  }),
  JWT_PRIVATE_KEY: optional({
    group: "tokens",
    schema: pemKeys,
    description:
      "a private key (PEM, P-256 or Ed25519, `\\n` for a line end) signs access tokens instead of `JWT_SECRET_KEY`, and public " +
      "keys are at `/.well-known/jwks.json`; earlier keys may follow in the same value, for the time of a change",
    madeBy: "openssl genpkey -algorithm ed25519",
    more: "docs/verifying-tokens.md",
  }),
  ACCESS_TOKEN_EXPIRE_MINUTES: withDefault({
    group: "tokens",
    schema: wholeNumber(1, 1440),
    default: "15",
    description: "minutes for which an access token is good",
  }),
  REFRESH_TOKEN_EXPIRE_DAYS: withDefault({
    group: "tokens",
    schema: wholeNumber(1, 365),
    default: "7",
    description: "days for which a refresh token is good",
  }),

  CORS_ORIGINS: withDefault({
    group: "others",
    schema: listOf(origin),
    default: "",
    description: "exact origins of other sites whose pages may call `/api`, separated by commas",
    example: "https://app.example.com",
  }),
  API_V1: withDefault({
    group: "others",
    schema: onOff,
    default: "on",
    description:
      "`off` takes away the second dialect, `/api/v1` and `/api/auth/signin`, for clients written for other back ends",
    more: "docs/api-v1.md",
  }),
  TRUST_PROXY: withDefault({
    group: "others",
    schema: proxies,
    default: "",
    description: `the proxies whose \`X-Forwarded-*\` headers are believed: addresses, subnets, or ${inCode(namedNetworks)}`,
    example: "loopback,10.0.0.0/8",
    inReadme: true,
  }),

  SMTP_URL: optional({
    group: "mail",
    schema: mailServerUrl,
    description:
      "the mail server, `smtp://…` or `smtps://…`; needs `PUBLIC_URL`, with which the links in mail begin. Without it messages " +
      "are files in `outbox` in `DATA_DIR`, and with `NODE_ENV=production` there is no mail",
    example: "smtp://user:password@mail.example.com:587",
    inReadme: true,
  }),
  MAIL_FROM: optional({
    group: "mail",
    schema: mailAddress,
    byDefault: "`holdfast@` the host of `PUBLIC_URL`",
    description: "the sender",
    example: "Holdfast <tasks@example.com>",
  }),
  EMAIL_VERIFICATION: optional({
    group: "mail",
    schema: oneOf("off", "optional", "required"),
    byDefault: "`optional` with `SMTP_URL`, else `off`",
    description: "whether addresses are to be confirmed by a link; `required`: before the first sign-in",
  }),

  SIGNUP: withDefault({
    group: "accounts",
    schema: oneOf("open", "invite", "closed"),
    default: "open",
    description: "who may sign up; `invite`: who has a link of `npm run user -- invite`",
    inReadme: true,
  }),

  RATE_LIMITS: withDefault({
    group: "protection",
    schema: onOff,
    default: "on",
    description: "`off` for load tests only",
  }),
  API_RATE_LIMIT: withDefault({
    group: "protection",
    schema: wholeNumber(1, 1_000_000),
    default: "600",
    description: "requests to `/api` that one token may send in a minute",
  }),
  PASSWORD_BLOCKLIST: withDefault({
    group: "protection",
    schema: onOff,
    default: "on",
    description: "`off` lets people choose common passwords",
  }),

  LOG_LEVEL: withDefault({
    group: "process",
    schema: oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"),
    default: "info",
    description: "the lowest level that is logged; `silent`: nothing",
  }),
  TZ: optional({
    group: "process",
    schema: text,
    byDefault: "the machine's",
    description: "the time zone in which a day begins",
    example: "Europe/Berlin",
    inReadme: true,
    readByNode: true,
  }),
  NODE_ENV: optional({
    group: "process",
    schema: text,
    description: "with `production` no mail is written into files: what needs mail needs `SMTP_URL`",
    example: "production",
    readByNode: true,
  }),
} satisfies Record<string, Setting>;

/** All settings without their individual types, for code that needs only their docs. */
export const settingEntries: readonly (readonly [name: string, setting: Setting])[] = Object.entries<Setting>(settings);

/**
 * The variables that only this program reads. Code that starts the program with an environment of its own leaves them
 * out or sets them to "", which counts as not set.
 */
export const ownVariables: readonly string[] = settingEntries
  .filter(([, { docs }]) => !docs.readByNode)
  .map(([name]) => name);
