import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { keyring } from "~/core/keyring.server";

/**
 * Encryption of columns that must be read back but must not be readable in a copy of the database: a JWE (RFC 7516,
 * `dir` with `A256GCM`) under a key of its own, derived from `SESSION_SECRET` (OWASP ASVS 5.0, 11.3.2 and 11.3.3).
 */

/** Encrypts a text for storage. */
export async function sealColumn(text: string): Promise<string> {
  const [{ id, key }] = keyring().columnKeys;
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: id })
    .encrypt(key);
}

/** Decrypts what `sealColumn` encrypted. Returns null if the secret that encrypted it is no longer in the list. */
export async function openColumn(sealed: string): Promise<string | null> {
  try {
    const { plaintext } = await compactDecrypt(
      sealed,
      ({ kid }) => {
        const known = keyring().columnKeys.find(({ id }) => id === kid);
        if (!known) throw new Error("unknown key");
        return known.key;
      },
      { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
    );
    return new TextDecoder().decode(plaintext);
  } catch {
    return null;
  }
}

/**
 * Whether this was encrypted with an older secret than the first in the list. Once everything is re-encrypted, the old
 * secret can be removed.
 */
export const needsResealing = (sealed: string): boolean =>
  decodeProtectedHeader(sealed).kid !== keyring().columnKeys[0].id;
