import { Secret, TOTP } from "otpauth";
import { readTotpCode } from "~/identity/domain/account/factor-codes";

/**
 * One-time codes by time (RFC 6238) as every authenticator app makes them: SHA-1, six digits, a new one every 30
 * seconds, a secret of 160 bits (OWASP ASVS 5.0, 6.5.3 and 11.5.1).
 */
const shape = { algorithm: "SHA1", digits: 6, period: 30 } as const;

/** How many steps a clock may be off, in either direction (RFC 6238, section 5.2); OWASP ASVS 5.0, 6.5.5, allows none. */
const tolerance = 1;

/** A new secret in base32, as people type it. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/**
 * The time step that a code belongs to, of now and one before and after; null if it belongs to none of them.
 *
 * @param secret - base32
 * @param code - six digits, as they were typed
 */
export function matchingStep(secret: string, code: string, now = new Date()): number | null {
  const token = readTotpCode(code);
  if (token === null) return null;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ ...shape, token, secret: Secret.fromBase32(secret), timestamp, window: tolerance });
  return delta === null ? null : TOTP.counter({ period: shape.period, timestamp }) + delta;
}

/** A name for the list of the app. A QR code holds no end of text, and a long address is no help there. */
const labelOf = (email: string) => (email.length <= 64 ? email : `${[...email].slice(0, 40).join("")}…`);

/** The address that an authenticator app reads from the QR code: whose account it is, and the secret. */
export const enrolmentUri = (secret: string, email: string): string =>
  new TOTP({ ...shape, issuer: "Holdfast", label: labelOf(email), secret: Secret.fromBase32(secret) }).toString();
