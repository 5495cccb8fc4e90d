import { Secret, TOTP } from "otpauth";
import { readTotpCode } from "~/identity/domain/account/factor-codes";

/**
 * Time-based one-time codes (RFC 6238) with the parameters that every authenticator app supports: SHA-1, six digits, a
 * new code every 30 seconds, a secret of 160 bits (OWASP ASVS 5.0, 6.5.3 and 11.5.1).
 */
const shape = { algorithm: "SHA1", digits: 6, period: 30 } as const;

/**
 * How many time steps a clock may be off, in either direction (RFC 6238, section 5.2). OWASP ASVS 5.0, 6.5.5, allows
 * none.
 */
const tolerance = 1;

/** A new secret in base32, which people can type. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/**
 * The time step of a code: the current one, the one before or the one after; null if the code matches none of them.
 *
 * @param secret - base32
 * @param code - six digits, as typed
 */
export function matchingStep(secret: string, code: string, now = new Date()): number | null {
  const token = readTotpCode(code);
  if (token === null) return null;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ ...shape, token, secret: Secret.fromBase32(secret), timestamp, window: tolerance });
  return delta === null ? null : TOTP.counter({ period: shape.period, timestamp }) + delta;
}

/** The account's name in the app. Long addresses are shortened, because a QR code has limited room. */
const labelOf = (email: string) => (email.length <= 64 ? email : `${[...email].slice(0, 40).join("")}…`);

/** The URI that an authenticator app reads from the QR code: the account's name and the secret. */
export const enrolmentUri = (secret: string, email: string): string =>
  new TOTP({ ...shape, issuer: "Holdfast", label: labelOf(email), secret: Secret.fromBase32(secret) }).toString();
