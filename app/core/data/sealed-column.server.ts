import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { keyring } from "~/core/keyring.server";

/**
 * Columns that hold what must be read again and must not be readable in a copy of the database: a JWE (RFC 7516, `dir`
 * with `A256GCM`) under a key of its own, derived from `SESSION_SECRET` (OWASP ASVS 5.0, 11.3.2 and 11.3.3).
 */

/** Encrypts a text for storage. */
export async function sealColumn(text: string): Promise<string> {
  const [{ id, key }] = keyring().columnKeys;
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: id })
    .encrypt(key);
}

/** Decrypts what `sealColumn` made; null if no secret of the list is the one it was sealed with. */
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

/** Was this sealed with an older secret than the first of the list? Then it can be sealed anew and the old one retired. */
export const needsResealing = (sealed: string): boolean =>
  decodeProtectedHeader(sealed).kid !== keyring().columnKeys[0].id;
