import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { db, isUniqueViolation } from "~/core/data/db.server";
import type { Actor, Client } from "~/core/actor";
import { Conflict, Invalid } from "~/core/errors";
import { mailQueued } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { describeDevice } from "~/core/device.server";
import { bySession, permitted } from "~/services/permission/permission.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { emailInWords } from "~/core/email";
import { makePermittedToken, spendToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { queueingNotice } from "~/identity/domain/account/notice.server";
import { readRegistration, type RegistrationAnswer } from "./passkey-schema";
import { mostPasskeys } from "./passkeys.server";
import { relyingParty } from "./site";

/**
 * Adds passkeys (WebAuthn Level 3, section 7.1). The challenge is a one-time token of the actor: 256 bits, valid for 5
 * minutes and one answer. The library is loaded at its first use.
 */
const webauthn = () => import("@simplewebauthn/server");

/**
 * The request to the browser: a passkey that works without naming an account, and that verifies its user by a
 * fingerprint or a PIN, which makes it two factors in one (NIST SP 800-63B, 3.1.7).
 *
 * @param origin - by which the browser knows this site
 * @throws {Conflict} if the actor has 20 already
 * @throws {SignedOut} if the session is over
 */
export async function registrationOptions(
  actor: Actor,
  origin: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { userId } = actor;
  const { email, name } = await getUser(actor);
  const known = await db().passkey.findMany({ where: { userId }, select: { id: true, transports: true } });
  if (known.length >= mostPasskeys) throw tooMany();
  const challenge = await makePermittedToken(bySession(actor), "passkey-registration", { userId });
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: "Holdfast",
    rpID: relyingParty(origin).rpID,
    userID: new TextEncoder().encode(userId),
    userName: emailInWords(email),
    userDisplayName: name,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    attestationType: "none",
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: transports.split(",").filter(Boolean) })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/**
 * Adds the passkey that the browser has created.
 *
 * @param input.response - the browser's answer, as JSON
 * @param input.name - its name; the device's name if empty
 * @throws {Invalid} if the answer does not belong to an open request of the actor
 * @throws {Conflict} if the passkey is already registered, or the actor has 20
 * @throws {SignedOut} if the session is over
 */
export async function addPasskey(
  actor: Actor,
  input: Readonly<{ name: string; response: string }>,
  origin: string,
  client: Client,
): Promise<void> {
  const { userId } = actor;
  const answer = readRegistration(input.response);
  const made = answer && (await verify(actor, answer, origin));
  if (!answer || !made) throw new Invalid([{ path: [], message: "That passkey could not be added. Try again." }]);
  if ((await db().passkey.count({ where: { userId } })) >= mostPasskeys) throw tooMany();
  const { email } = await getUser(actor);
  const name = input.name || describeDevice(client.userAgent, "cookie");
  const { credential, credentialBackedUp } = made;
  try {
    await permitted(bySession(actor), () => [
      db().passkey.create({
        data: {
          id: credential.id,
          userId,
          name,
          publicKey: Buffer.from(credential.publicKey).toString("base64url"),
          counter: credential.counter,
          transports: answer.response.transports.join(","),
          backedUp: credentialBackedUp,
          createdAt: new Date(),
        },
      }),
      recording({ kind: "passkey_added", actor, client, detail: name }),
      ...queueingNotice({ id: userId, email }, "The passkey {name} was added.", client, { name }),
    ]);
  } catch (error) {
    throw isUniqueViolation(error) ? new Conflict("name", "That passkey was added before") : error;
  }
  mailQueued();
}

const tooMany = () => new Conflict("name", `You have ${mostPasskeys} passkeys. Remove one that you no longer use.`);

async function verify({ userId }: Actor, response: RegistrationAnswer, origin: string) {
  const { verifyRegistrationResponse } = await webauthn();
  const { rpID, expectedOrigin } = relyingParty(origin);
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: async (challenge) => (await spendToken("passkey-registration", challenge))?.userId === userId,
      expectedOrigin,
      expectedRPID: rpID,
      requireUserVerification: true,
    });
    return registrationInfo ?? null;
  } catch {
    // The library throws for any invalid answer.
    return null;
  }
}
