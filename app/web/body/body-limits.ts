/**
 * The greatest length of a request's body, in bytes. It depends on the address alone, because the body is read before
 * the sender is known. Pages that are not named here have the limit of a short form.
 * tests/unit/web/body/body-limits.test.ts compares these limits with the routes.
 */

/** A form without a text of many lines: names, addresses, passwords, codes, a passkey's answer at a sign-in. */
const shortForm = 16_000;

/**
 * Forms with a description: room for 10,000 characters of four bytes, each byte percent-encoded. The limit is far above
 * that, so that a text that is too long comes back with an error in the form.
 */
const longForm = 1_000_000;

/** An authenticator's answer for a new passkey, with the attestation: up to 20,000 characters, percent-encoded. */
const newPasskey = 64_000;

const apiBody = 100_000;

const pagesOfLongForms: readonly RegExp[] = [/^\/tasks(?![^/.])/i];

/**
 * @param path - the path as the address has it, not decoded: a path that is percent-encoded without need gets the short
 *   limit
 */
export function bodyLimitOf(path: string, isApi: boolean): number {
  if (isApi) return apiBody;
  if (/^\/settings\/passkeys\/add(?![^/.])/i.test(path)) return newPasskey;
  return pagesOfLongForms.some((pages) => pages.test(path)) ? longForm : shortForm;
}

/** A limit in words for people. */
export const inKilobytes = (bytes: number): string => `${(bytes / 1000).toLocaleString("en")} kB`;
