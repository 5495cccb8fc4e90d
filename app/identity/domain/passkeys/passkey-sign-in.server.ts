import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { db } from "~/core/data/db.server";
import type { Statement } from "~/core/data/transaction.server";
import type { Client } from "~/core/actor";
import { Unauthenticated } from "~/core/errors";
import {
  countAttempt,
  giveBack,
  passkeyOptionsPerAddress,
  secondFactorPerAccount,
  settling,
  signInPerAddress,
} from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import { record } from "~/services/audit/audit.server";
import { byProof } from "~/services/permission/permission.server";
import type { OpenedSession, SessionKind } from "~/identity/domain/sessions/sessions.server";
import { accountDisabled, completingSignIn, signInRefused } from "~/identity/domain/sign-in/complete-sign-in.server";
import { tryPermitted } from "~/identity/domain/factors/factor.server";
import { makePermittedToken, makeToken, spendToken } from "~/services/one-time-tokens/one-time-tokens.server";
import {
  findSecondStep,
  secondStepOver,
  spendingSecondStep,
  type SecondStep,
} from "~/identity/domain/sign-in/second-step.server";
import { readAuthentication, type AuthenticationAnswer } from "./passkey-schema";
import { relyingParty } from "./site";

/**
 * Sign-in with a passkey (WebAuthn Level 3, section 7.2), in place of the password and the second factor, or as the
 * second factor after the password. The challenge is a one-time token: 256 bits, valid for 5 minutes and one answer.
 */
const webauthn = () => import("@simplewebauthn/server");

/**
 * The request to the browser before anybody has named an account: any passkey of this site.
 *
 * @param origin - by which the browser knows this site
 * @throws {RateLimited} after 60 in 15 minutes from one address
 */
export const signInOptions = (origin: string, client: Client): Promise<PublicKeyCredentialRequestOptionsJSON> =>
  requestOptions(origin, client, null);

/**
 * The request to the browser in the second step of a sign-in: a passkey of that account.
 *
 * @param secret - the token of the first step
 * @throws {Unauthenticated} if the token is not valid
 * @throws {RateLimited} after 60 in 15 minutes from one address
 */
export async function secondStepOptions(
  secret: string,
  origin: string,
  client: Client,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const step = await findSecondStep(secret);
  if (!step) throw secondStepOver();
  return requestOptions(origin, client, step);
}

async function requestOptions(origin: string, client: Client, step: SecondStep | null) {
  await countAttempt({ limit: passkeyOptionsPerAddress, subject: subscriberOf(client.address) });
  const purpose = "passkey-authentication";
  const userId = step?.user.id;
  const known = userId
    ? await db().passkey.findMany({ where: { userId }, select: { id: true, transports: true } })
    : undefined;
  const challenge = await (step ? makePermittedToken(step.permission, purpose, { userId }) : makeToken(purpose, {}));
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({
    rpID: relyingParty(origin).rpID,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    userVerification: "required",
    allowCredentials: known?.map(({ id, transports }) => ({ id, transports: transports.split(",").filter(Boolean) })),
  });
}

const notKnown = () => new Unauthenticated("That passkey does not open an account here. Sign in another way.");

/**
 * Signs in with a passkey alone. The passkey checks a fingerprint or PIN itself, so it proves two factors: something
 * the person has, and something the person is or knows.
 *
 * @param response - the browser's answer, as JSON
 * @throws {Unauthenticated} if it does not answer an open request, or the passkey is unknown
 * @throws {Forbidden} if the passkey is valid, but the account is disabled or its address must be confirmed first
 * @throws {RateLimited} after 100 failures from the address in 15 minutes, including those with a password
 */
export async function signInWithPasskey(
  response: string,
  origin: string,
  kind: SessionKind,
  client: Client,
): Promise<OpenedSession> {
  const counter = { limit: signInPerAddress, subject: subscriberOf(client.address) };
  await countAttempt(counter);
  const answer = readAuthentication(response);
  const used = answer && (await verify(answer, origin, null));
  if (!used) {
    await record({ kind: "sign_in_failed", client });
    throw notKnown();
  }
  await giveBack(counter);
  const { user } = used;
  if (!user.isActive) {
    await record({ kind: "sign_in_disabled", userId: user.id, client });
    throw accountDisabled();
  }
  const permission = byProof({ userId: user.id, accessVersion: user.accessVersion }, signInRefused(notKnown));
  const { session, statements, done } = await completingSignIn(user, permission, kind, client, { detail: used.name });
  if (!(await tryPermitted(permission, () => [used.noting(), ...statements()]))) throw notKnown();
  done();
  return session;
}

/**
 * Completes a sign-in with a passkey of the account as the second factor.
 *
 * @param secret - the token of the first step
 * @param response - the browser's answer, as JSON
 * @throws {Unauthenticated} if either is not valid; the token stays as it was
 * @throws {RateLimited} after 10 wrong answers for the account in 15 minutes, including wrong codes
 */
export async function finishSecondStepWithPasskey(
  secret: string,
  response: string,
  origin: string,
  client: Client,
): Promise<OpenedSession> {
  const step = await findSecondStep(secret);
  if (!step) throw secondStepOver();
  const { user, remembered, permission } = step;
  const counter = { limit: secondFactorPerAccount, subject: user.id };
  await countAttempt(counter);
  const answer = readAuthentication(response);
  const used = answer && (await verify(answer, origin, user.id));
  const kind = { via: "cookie", remembered } as const;
  const { session, statements, done } = await completingSignIn(user, permission, kind, client, { detail: used?.name });
  const finishing = (noting: Statement) => [
    noting,
    spendingSecondStep(secret),
    ...statements(),
    settling({ forgotten: counter }),
  ];
  if (used && (await tryPermitted(permission, () => finishing(used.noting())))) {
    done();
    return session;
  }
  await record({ kind: "second_factor_failed", userId: user.id, client });
  throw notKnown();
}

/**
 * Checks a passkey's answer.
 *
 * @param askedOf - the account whose passkey was requested; null if any passkey was
 * @returns the passkey's owner, and the statement that records its use, which fails with a missing row if it was used
 * meanwhile
 */
async function verify(answer: AuthenticationAnswer, origin: string, askedOf: string | null) {
  const passkey = await db().passkey.findUnique({ where: { id: answer.id }, include: { user: true } });
  if (!passkey || (askedOf !== null && passkey.userId !== askedOf)) return null;
  // If no account was named before, the passkey itself must name its owner (section 7.2, step 6).
  const handle = answer.response.userHandle;
  if (handle === undefined ? askedOf === null : fromBase64url(handle) !== passkey.userId) return null;

  const { verifyAuthenticationResponse } = await webauthn();
  const { rpID, expectedOrigin } = relyingParty(origin);
  const isOurs = async (challenge: string) => {
    const token = await spendToken("passkey-authentication", challenge);
    return token !== null && token.userId === askedOf;
  };
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: isOurs,
      expectedOrigin,
      expectedRPID: rpID,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        // The library refuses a counter that went back, because the passkey is then a copy (step 22).
        counter: Number(passkey.counter),
      },
    });
    if (!verified) return null;
    const { id, email, name, isActive, createdAt, accessVersion } = passkey.user;
    return {
      name: passkey.name,
      user: { id, email, name, isActive, createdAt, accessVersion },
      noting: () =>
        db().passkey.update({
          where: { id: passkey.id, userId: passkey.userId, counter: passkey.counter },
          data: {
            counter: authenticationInfo.newCounter,
            backedUp: authenticationInfo.credentialBackedUp,
            lastUsedAt: new Date(),
          },
        }),
    };
  } catch {
    // The library throws for any invalid answer.
    return null;
  }
}

const fromBase64url = (text: string) => Buffer.from(text, "base64url").toString("utf8");
