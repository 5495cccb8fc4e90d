/**
 * How long the body of a request may be, in bytes, by its address alone: it is asked before anybody knows who sends it. A
 * page that is not named takes what a form without a long text needs. tests/unit/web/body/body-limits.test.ts holds the table
 * against the routes.
 */

/** A form without a text of many lines: names, addresses, passwords, codes, what a passkey says at a sign-in. */
const shortForm = 16_000;

/** Forms with a description of 10,000 characters of four bytes, each byte percent-encoded, and as much again by mistake. */
const longForm = 1_000_000;

/** What an authenticator says of a new passkey, its attestation included: up to 20,000 characters, percent-encoded. */
const newPasskey = 64_000;

const apiBody = 100_000;

const pagesOfLongForms: readonly RegExp[] = [/^\/tasks(?![^/.])/i];

/** @param path - as it stands in the address: what is encoded where it need not be gets the short one */
export function bodyLimitOf(path: string, isApi: boolean): number {
  if (isApi) return apiBody;
  if (/^\/settings\/passkeys\/add(?![^/.])/i.test(path)) return newPasskey;
  return pagesOfLongForms.some((pages) => pages.test(path)) ? longForm : shortForm;
}

/** A limit as people read it. */
export const inKilobytes = (bytes: number): string => `${(bytes / 1000).toLocaleString("en")} kB`;
