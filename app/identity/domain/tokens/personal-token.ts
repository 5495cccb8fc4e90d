import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The format of a personal access token: a prefix and a checksum, by which secret scanners recognise a real token, and
 * some 238 random bits in between.
 */
const prefix = "holdfast_pat_";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const secretLength = 40;
const checksumLength = 6;

/** The CRC-32 of the preceding text, in base 62. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  while (digits.length < checksumLength) {
    digits = (alphabet[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** A new token, from the system's generator. */
export function newPersonalToken(): string {
  const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join("");
  return prefix + secret + checksum(prefix + secret);
}

/** Whether a text claims to be a personal access token. */
export const hasTokenPrefix = (text: string): boolean => text.startsWith(prefix);

/** Whether a text has the format of a token, including a correct checksum. Other text need not be looked up. */
export const isPersonalToken = (text: string): boolean =>
  /^holdfast_pat_[\dA-Za-z]{46}$/.test(text) &&
  checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength);

/** What the list of tokens shows to tell them apart. */
export const tokenEnding = (token: string): string => `…${token.slice(-4)}`;
