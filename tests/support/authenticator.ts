import { isoCBOR } from "@simplewebauthn/server/helpers";
import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";

/** A software authenticator, which lets a test send what no browser would. */

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
const base64url = (data: string | Uint8Array) => Buffer.from(data).toString("base64url");

export type Deviation = Partial<{
  origin: string;
  rpID: string;
  challenge: string;
  type: string;
  userVerified: boolean;
  userPresent: boolean;
  counter: number;
  userHandle: string | null;
  id: string;
}>;

export interface Authenticator {
  id: string;
  /** The answer to a registration request, as JSON. */
  register: (challenge: string, deviation?: Deviation) => string;
  /** The answer to a sign-in request for this passkey, as JSON. */
  sign: (challenge: string, userId: string, deviation?: Deviation) => string;
}

/** A new authenticator with one passkey that counts its uses. */
export function newAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  // COSE: kty EC2, alg ES256, crv P-256, x, y (RFC 9053, section 7.1.1).
  const coseKey = isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, "base64url"))],
      [-3, new Uint8Array(Buffer.from(y, "base64url"))],
    ]),
  );
  let uses = 0;

  const clientData = (type: string, challenge: string, change: Deviation) =>
    JSON.stringify({
      type: change.type ?? type,
      challenge: change.challenge ?? challenge,
      origin: change.origin ?? origin,
      crossOrigin: false,
    });

  /** Authenticator data (section 6.1): hash of the site, flags, counter. */
  const authenticatorData = (change: Deviation, attested: Uint8Array = new Uint8Array()) => {
    const { userPresent = true, userVerified = true, counter = (uses += 1) } = change;
    const flags = (userPresent ? 1 : 0) | (userVerified ? 4 : 0) | (attested.length ? 64 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([
      sha256(change.rpID ?? new URL(origin).hostname),
      Buffer.from([flags]),
      count,
      Buffer.from(attested),
    ]);
  };

  const answer = (response: Record<string, unknown>, change: Deviation) => {
    const named = change.id ?? base64url(id);
    return JSON.stringify({ id: named, rawId: named, type: "public-key", clientExtensionResults: {}, response });
  };

  return {
    id: base64url(id),
    register(challenge, change = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, Buffer.from(coseKey)]);
      const authData = new Uint8Array(authenticatorData(change, attested));
      const attestation = isoCBOR.encode(
        new Map<string, string | Uint8Array | Map<string, never>>([
          ["fmt", "none"],
          ["attStmt", new Map<string, never>()],
          ["authData", authData],
        ]),
      );
      const clientDataJSON = base64url(clientData("webauthn.create", challenge, change));
      const attestationObject = base64url(attestation);
      return answer({ clientDataJSON, attestationObject, transports: ["internal"] }, change);
    },
    sign(challenge, userId, change = {}) {
      const clientDataJSON = clientData("webauthn.get", challenge, change);
      const authData = authenticatorData(change);
      const signed = Buffer.concat([authData, sha256(clientDataJSON)]);
      const handle = change.userHandle === undefined ? userId : change.userHandle;
      return answer(
        {
          clientDataJSON: base64url(clientDataJSON),
          authenticatorData: base64url(authData),
          signature: base64url(createSign("sha256").update(signed).sign(privateKey)),
          ...(handle === null ? {} : { userHandle: base64url(handle) }),
        },
        change,
      );
    },
  };
}
