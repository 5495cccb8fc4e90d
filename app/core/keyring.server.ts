import { createHash, createPublicKey, createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { config } from "~/core/settings/config.server";

/** A key with an id. The id tells which key was used and reveals nothing about the key. */
export type NamedKey = Readonly<{ id: string; key: Uint8Array }>;

export type Keyring = Readonly<{
  /** Session cookies: the first key encrypts, all of them decrypt. */
  cookieKeys: readonly [NamedKey, ...NamedKey[]];
  /** Columns that have to be read back: the first key encrypts, all of them decrypt. */
  columnKeys: readonly [NamedKey, ...NamedKey[]];
  /** One-time keys of forms: the first key encrypts, all of them decrypt. */
  formKeys: readonly [NamedKey, ...NamedKey[]];
  /** Derives a refresh token from the one before it: the first key derives, all of them recognise. */
  refreshKeys: readonly [NamedKey, ...NamedKey[]];
  /**
   * Signs access tokens: the private key of `JWT_PRIVATE_KEY`, otherwise the raw bytes of `JWT_SECRET_KEY`, so that
   * another back end can verify the tokens.
   */
  accessTokenKey: KeyObject;
  /** Public keys of earlier private keys, whose tokens are accepted until they expire. */
  accessTokenPublicKeys: readonly KeyObject[];
}>;

/** Derives a key for one purpose from the operator's secret (RFC 5869). The secret itself is never used as a key. */
function derive(secret: string, purpose: string): NamedKey {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", purpose, 32));
  return { id: createHash("sha256").update(key).digest("base64url").slice(0, 12), key };
}

const toCookieKey = (secret: string) => derive(secret, "holdfast session cookie A256GCM");
const toColumnKey = (secret: string) => derive(secret, "holdfast stored column A256GCM");
const toFormKey = (secret: string) => derive(secret, "holdfast form key A256GCM");
const toRefreshKey = (secret: string) => derive(secret, "holdfast refresh token HMAC-SHA-256");

/**
 * Reads a secret from the data directory, and creates it at the first start. Two processes that start at once agree on
 * it: the file appears complete under its name, and the first one wins.
 */
function keptSecret(name: string): string {
  const file = path.join(config().dataDir, name);
  if (!existsSync(file)) {
    mkdirSync(config().dataDir, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600, flush: true });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  const secret = readFileSync(file, "utf8").trim();
  if (Buffer.byteLength(secret) < 32)
    throw new Error(`${file} is damaged. Restore it, or remove it to get a new secret; then everybody is signed out.`);
  return secret;
}

const toPublicKey = (key: KeyObject) => (key.type === "private" ? createPublicKey(key) : key);

let keys: Keyring | undefined;

/** The keys of this process, from the settings or from the data directory. */
export function keyring(): Keyring {
  if (!keys) {
    const [first = keptSecret("session-secret"), ...older] = config().sessionSecrets ?? [];
    keys = {
      cookieKeys: [toCookieKey(first), ...older.map(toCookieKey)],
      columnKeys: [toColumnKey(first), ...older.map(toColumnKey)],
      formKeys: [toFormKey(first), ...older.map(toFormKey)],
      refreshKeys: [toRefreshKey(first), ...older.map(toRefreshKey)],
      accessTokenKey:
        config().jwtPrivateKeys?.[0] ?? createSecretKey(config().jwtSecretKey ?? keptSecret("jwt-secret-key"), "utf8"),
      accessTokenPublicKeys: config().jwtPrivateKeys?.slice(1).map(toPublicKey) ?? [],
    };
  }
  return keys;
}
