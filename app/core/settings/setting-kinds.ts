import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { isServerUrl } from "~/core/data/database-url.server";

/**
 * The kinds of values that settings have, each read from the text of a variable. The docs show the description of a
 * kind, which lists the possible values where that is short.
 */

/** Values as the docs show them. */
export const inCode = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(", ");

/** Any text, unchanged. */
export const text = z.string();

/** A text without the spaces around it. */
export const word = text.trim();

/** Digits only: no sign, no fraction, no other base. */
export const wholeNumber = (least: number, most: number) => {
  const fault = `must be a whole number from ${least} to ${most}`;
  return word
    .regex(/^\d+$/, fault)
    .transform(Number)
    .refine((value) => value >= least && value <= most, fault)
    .describe(`${least} to ${most}`);
};

/** One of a few words, in this exact spelling. */
export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  z.enum(words, `must be one of ${words.join(", ")}`).describe(inCode(words));

/** A switch. */
export const onOff = z
  .enum(["on", "off"], "must be on or off")
  .transform((value) => value === "on")
  .describe(inCode(["on", "off"]));

/** Entries separated by commas. Empty ones are ignored. */
const list = text.transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

/** A list whose entries are all of one kind. */
export const listOf = <Entry extends z.ZodType<unknown, string>>(entry: Entry) => list.pipe(z.array(entry)).readonly();

/** The entries of a list of personal data. */
export const personalData = z.enum(["email", "name"], "may name email and name, separated by a comma");

/** Scheme, host and port of a site, in the form that browsers compare. */
export const origin = text.transform((value, context) => {
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

/** Unescaped, these characters would turn a part of the password into the host or the path. */
const unescaped =
  "is no address of a server. In a user name or password write # as %23, / as %2F, ? as %3F, @ as %40, % as %25 and a space as %20";

/** Where the database is. */
export const databaseUrl = word
  .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/s, "must start with file: or postgresql://")
  .refine((value) => !/^postgres(ql)?:\/\//.test(value) || isServerUrl(value), unescaped);

/** Where the mail server is. */
export const mailServerUrl = word
  .regex(/^smtps?:\/\/.+$/s, "must start with smtp:// or smtps://")
  .refine((value) => !/^smtps?:\/\//.test(value) || isServerUrl(value), unescaped);

/** An email address, alone or after a name. */
export const mailAddress = word.regex(
  /^([^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
  "must be an address such as Holdfast <tasks@example.com>",
);

const byteLength = (value: string) => Buffer.byteLength(value, "utf8");

/** Secrets from which keys are derived. */
export const secrets = list
  .refine(
    (entries) => entries.length > 0 && entries.every((entry) => byteLength(entry) >= 16),
    "every secret of the list must have at least 16 bytes (better: 32 random ones)",
  )
  .readonly();

/** The key of an HMAC with SHA-256, used unchanged. */
export const hmacKey = text.refine(
  (secret) => byteLength(secret) >= 32,
  "must have at least 32 bytes (RFC 7518, section 3.2)",
);

/** Networks that have names. */
export const namedNetworks = ["loopback", "linklocal", "uniquelocal"];

/** The trusted proxies: addresses, networks, and named networks. */
export const proxies = list
  .refine(
    (entries) => entries.every(isProxyName),
    `must be a list of addresses, subnets (10.0.0.0/8) or the names ${namedNetworks.join(", ")}`,
  )
  .readonly();

function isProxyName(entry: string): boolean {
  if (namedNetworks.includes(entry) || isIP(entry)) return true;
  const [address = "", prefix = "", ...rest] = entry.split("/");
  const family = isIP(address);
  if (!family || rest.length || !/^\d+$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 6 ? "ipv6" : "ipv4");
    return true;
  } catch {
    return false;
  }
}

/**
 * PEM blocks. The first is a private key of P-256 (ES256) or Ed25519 (EdDSA). Line ends may be written as `\n`, for
 * places that accept one line only.
 */
export const pemKeys = text.transform((value, context): readonly KeyObject[] => {
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
