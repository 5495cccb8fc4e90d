import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/**
 * Authenticated encryption of a few bytes that only this program reads again: AES-256-GCM with a random 96-bit nonce in
 * front and the tag at the end (NIST SP 800-38D), as base64url.
 */
const nonceLength = 12;
const tagLength = 16;

/** @param key - 32 bytes */
export function sealBox(key: Uint8Array, plain: Uint8Array): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** Opens a box of `sealBox`; null if the box was altered, cut short, or sealed with another key. */
export function openBox(key: Uint8Array, sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < nonceLength + tagLength) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]);
  } catch {
    return null;
  }
}
