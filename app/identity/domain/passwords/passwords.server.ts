import { hash, verify } from "@node-rs/argon2";
import { availableParallelism } from "node:os";
import { config } from "~/core/settings/config.server";
import { Invalid } from "~/core/errors";
import { canonical } from "~/core/text";
import { HashQueue } from "./hash-queue";
import type { Turn } from "./turn-to-hash.server";

/**
 * Passwords: argon2id with the parameters that the OWASP Password Storage Cheat Sheet names first (m=19456 KiB, t=2,
 * p=1). Hashing runs in libuv's threads; how many at once is bounded, so that a flood of sign-ins holds a fixed amount
 * of memory and leaves one core to answer page requests.
 */

// Argon2id is the library's default algorithm; naming it would take a `const enum`, which isolated modules cannot read.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many may wait: some seconds of work. Beyond it somebody is told to come back. */
const mostWaiting = 200;

const hashing = new HashQueue(Math.max(1, availableParallelism() - 1), mostWaiting);

/**
 * Hashes a password for storage, in its canonical form: keyboards and systems send the same letters in different ones
 * (NIST SP 800-63B, 3.1.1.2, on normalization).
 *
 * @param turn - who waits for it, and has been counted
 * @returns a PHC string
 * @throws {RateLimited} when too many are waiting
 */
export function hashPassword(password: string, turn: Turn): Promise<string> {
  return hashing.run(turn, () => hash(canonical(password), parameters));
}

/**
 * Hashes a text with a salt and parameters that are given, so that the same text makes the same hash again. For texts of
 * high entropy that are found by their hash; a password is none.
 *
 * @param options - the salt, 16 bytes, and argon2id's parameters
 * @returns a PHC string
 * @throws {RateLimited} when too many are waiting
 */
export function hashWithSalt(
  text: string,
  options: Readonly<{ salt: Uint8Array; memoryCost: number; timeCost: number; parallelism: number }>,
  turn: Turn,
): Promise<string> {
  return hashing.run(turn, () => hash(text, options));
}

/** A hash of nothing that anybody knows, so that an unknown e-mail costs what a wrong password costs. */
let decoy: Promise<string> | undefined;

/** Makes the decoy hash before the first sign-in needs it, so that not even the first answer tells by its time. */
export function prepareDecoy(): Promise<string> {
  return (decoy ??= hash(crypto.randomUUID(), parameters));
}

/** The forms that a hash may have been made of: the canonical one, and what was typed, as earlier versions took it. */
const formsOf = (password: string): string[] => [...new Set([canonical(password), password])];

/**
 * Compares a password with a stored hash; without a hash it takes the same time and the answer is no
 * (OWASP ASVS 5.0, 6.3.8). How often it hashes depends on what was typed alone.
 *
 * @throws {RateLimited} when too many are waiting
 */
export async function verifyPassword(stored: string | null, password: string, turn: Turn): Promise<boolean> {
  const against = stored ?? (await prepareDecoy());
  for (const form of formsOf(password)) if (await hashing.run(turn, () => fits(against, form))) return stored !== null;
  return false;
}

async function fits(stored: string, text: string): Promise<boolean> {
  try {
    return await verify(stored, text);
  } catch {
    // The library throws on a malformed hash; such an account has no usable password.
    return false;
  }
}

/**
 * Was this hash made by an earlier version, of a password just as it was typed? Ask only of one that fits.
 *
 * @throws {RateLimited} when too many are waiting
 */
export const isOfOldForm = async (stored: string, password: string, turn: Turn): Promise<boolean> =>
  formsOf(password).length > 1 && !(await hashing.run(turn, () => fits(stored, canonical(password))));

/** Was this hash made with weaker parameters than today's? */
export function needsRehash(stored: string): boolean {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored);
  return (
    !match || Number(match[1]) < parameters.memoryCost || Number(match[2]) < parameters.timeCost || match[3] !== "1"
  );
}

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  return (commonPasswords ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) =>
      new Set(dictionary["passwords-common"].map((entry) => entry.toLowerCase()).filter((entry) => entry.length >= 8)),
  ));
}

/**
 * Refuses passwords that are tried first: the common ones, the account's own name, the product's name
 * (OWASP ASVS 5.0, 6.2.4 and 6.2.11; NIST SP 800-63B, 3.1.1.2).
 *
 * @param path - where the password stands in the input, for the message
 * @throws {Invalid}
 */
export async function refuseGuessable(password: string, email: string, path: string): Promise<void> {
  const folded = canonical(password).toLowerCase();
  const refuse = (message: string) => {
    throw new Invalid([{ path: [path], message }]);
  };
  if (folded === email.slice(0, email.lastIndexOf("@"))) refuse("Password must not be the name in your email address");
  if (folded === "holdfast") refuse("Password must not be the name of this program");
  if (config().passwordBlocklist && (await loadCommonPasswords()).has(folded))
    refuse("This password is on the list of common ones. Choose another, for example a few words in a row.");
}
