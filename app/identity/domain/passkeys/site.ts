/**
 * The site in WebAuthn's terms. A passkey belongs to the host name, and the browser signs the origin, so a passkey does
 * not work on a page that only looks like this one.
 *
 * @param origin - scheme, host and port by which the browser knows this site
 */
export const relyingParty = (origin: string) => ({ rpID: new URL(origin).hostname, expectedOrigin: origin });
