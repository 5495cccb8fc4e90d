import { hash, verify } from "@node-rs/argon2";
import { availableParallelism } from "node:os";
import { outsideDeadline } from "~/core/data/deadline.server";
import { config } from "~/core/settings/config.server";
import { Invalid } from "~/core/errors";
import { canonical } from "~/core/text";
import { HashQueue } from "./hash-queue";
import type { Turn } from "./turn-to-hash.server";

/**
 * Passwords: argon2id with the parameters that the OWASP Password Storage Cheat Sheet names first (m=19456 KiB, t=2,
 * p=1). Hashing runs in libuv's threads. The number of concurrent hashes is limited, so that a flood of sign-ins takes
 * a fixed amount of memory and leaves one core for pages.
 */

// Argon2id is the library's default algorithm. Naming it would need a `const enum`, which isolated modules cannot read.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many hashes may wait: some seconds of work. Further callers are told to try again later. */
const mostWaiting = 200;

const queue = new HashQueue(Math.max(1, availableParallelism() - 1), mostWaiting);

const hashing = <Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> =>
  outsideDeadline(() => queue.run(turn, work));

/**
 * Hashes a password for storage, in canonical form, because keyboards and systems encode the same letters differently
 * (NIST SP 800-63B, 3.1.1.2, on normalization).
 *
 * @param turn - of `turnToHash`, which has counted this use
 * @returns a PHC string
 * @throws {RateLimited} when too many are waiting
 */
export function hashPassword(password: string, turn: Turn): Promise<string> {
  return hashing(turn, () => hash(canonical(password), parameters));
}

/**
 * Hashes a text with a given salt and parameters, so that the same text always gets the same hash. Only for texts of
 * high entropy that are found by their hash, never for passwords.
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
  return hashing(turn, () => hash(text, options));
}

/** A hash of an unknown text, so that an unknown email takes the same time as a wrong password. */
let decoy: Promise<string> | undefined;

/** Creates the decoy hash before the first sign-in, so that even the first answer takes the same time. */
export function prepareDecoy(): Promise<string> {
  return (decoy ??= hash(crypto.randomUUID(), parameters));
}

/**
 * The texts that a stored hash may have been made from: the canonical form, and the password as typed, which earlier
 * versions hashed.
 */
const formsOf = (password: string): string[] => [...new Set([canonical(password), password])];

/**
 * Compares a password with a stored hash. Without a hash the answer is no, after the same time (OWASP ASVS 5.0, 6.3.8).
 * The number of hashes depends only on what was typed.
 *
 * @throws {RateLimited} when too many are waiting
 */
export async function verifyPassword(stored: string | null, password: string, turn: Turn): Promise<boolean> {
  const against = stored ?? (await prepareDecoy());
  for (const form of formsOf(password)) if (await hashing(turn, () => fits(against, form))) return stored !== null;
  return false;
}

async function fits(stored: string, text: string): Promise<boolean> {
  try {
    return await verify(stored, text);
  } catch {
    // The library throws on a malformed hash. Such an account has no usable password.
    return false;
  }
}

/**
 * Whether an earlier version made this hash, from the password as typed. Only valid for a password that matches the
 * hash.
 *
 * @throws {RateLimited} when too many are waiting
 */
export const isOfOldForm = async (stored: string, password: string, turn: Turn): Promise<boolean> =>
  formsOf(password).length > 1 && !(await hashing(turn, () => fits(stored, canonical(password))));

/** Whether this hash was made with weaker parameters than the current ones. */
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
 * Refuses passwords that attackers try first: common ones, the account's own name, the product's name (OWASP ASVS 5.0,
 * 6.2.4 and 6.2.11; NIST SP 800-63B, 3.1.1.2).
 *
 * @param path - the password's place in the input, for the message
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
