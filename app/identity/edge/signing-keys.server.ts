import { exportJWK, calculateJwkThumbprint, type JWK } from "jose";
import { createPublicKey, type KeyObject } from "node:crypto";
import { keyring } from "~/core/keyring.server";

/**
 * The keys of access tokens, in the form that JOSE takes. With `JWT_PRIVATE_KEY` a token names its key by a `kid`,
 * which is the key's thumbprint (RFC 7638), and `/.well-known/jwks.json` publishes the public keys (RFC 7517). Without
 * `JWT_PRIVATE_KEY` one shared secret signs and verifies.
 */
export type TokenAlgorithm = "HS256" | "ES256" | "EdDSA";

export type SigningKey = Readonly<{ alg: TokenAlgorithm; kid: string | undefined; key: KeyObject }>;

type PublishedKey = Readonly<{ alg: TokenAlgorithm; kid: string; key: KeyObject; jwk: JWK }>;

type TokenKeys = Readonly<{ signing: SigningKey; published: readonly PublishedKey[] }>;

let keys: Promise<TokenKeys> | undefined;

const tokenKeys = (): Promise<TokenKeys> => (keys ??= readTokenKeys());

async function readTokenKeys(): Promise<TokenKeys> {
  const { accessTokenKey, accessTokenPublicKeys } = keyring();
  if (accessTokenKey.type === "secret")
    return { signing: { alg: "HS256", kid: undefined, key: accessTokenKey }, published: [] };
  const published = await Promise.all([createPublicKey(accessTokenKey), ...accessTokenPublicKeys].map(publish));
  const [current] = published;
  if (!current) throw new Error("There is no key to sign tokens with");
  return { signing: { alg: current.alg, kid: current.kid, key: accessTokenKey }, published };
}

async function publish(key: KeyObject): Promise<PublishedKey> {
  const alg = algorithmOf(key);
  const jwk = await exportJWK(key);
  const kid = await calculateJwkThumbprint(jwk);
  return { alg, kid, key, jwk: { ...jwk, kid, alg, use: "sig" } };
}

const algorithmOf = (key: KeyObject): TokenAlgorithm => (key.asymmetricKeyType === "ed25519" ? "EdDSA" : "ES256");

/** The key that signs new tokens. */
export const signingKey = async (): Promise<SigningKey> => (await tokenKeys()).signing;

/**
 * The key that verifies a token, and the only algorithm that is accepted with this key (RFC 8725, section 3.1).
 *
 * @param kid - the `kid` in the token's header
 * @throws Error if no key of ours has that id
 */
export async function verificationKey(kid: string | undefined): Promise<SigningKey> {
  const { signing, published } = await tokenKeys();
  if (signing.alg === "HS256") return signing;
  const known = published.find((key) => key.kid === kid);
  if (!known) throw new Error("unknown key");
  return known;
}

/** The public keys, the current one first, for `/.well-known/jwks.json`; none when tokens are signed with a secret. */
export const publicKeySet = async (): Promise<{ keys: JWK[] }> => ({
  keys: (await tokenKeys()).published.map(({ jwk }) => jwk),
});
