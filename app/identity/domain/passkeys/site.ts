/**
 * The site as WebAuthn knows it. A passkey belongs to the host name, and what a browser signs names the origin, so a
 * passkey is of no use on a page that only looks like this one.
 *
 * @param origin - scheme, host and port by which the browser knows this site
 */
export const relyingParty = (origin: string) => ({ rpID: new URL(origin).hostname, expectedOrigin: origin });
