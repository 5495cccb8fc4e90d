import { createHash, randomBytes } from "node:crypto";

/** A new secret of 256 bits from the system's generator, as 43 characters of base64url (OWASP ASVS 5.0, 7.2.3). */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The hash under which a secret is stored. The secret has full entropy, so a plain SHA-256 cannot be brute-forced. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
