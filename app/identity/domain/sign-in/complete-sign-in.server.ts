import type { Client } from "~/core/actor";
import { Forbidden } from "~/core/errors";
import { settling, type Counter } from "~/services/limits/limits.server";
import { recording } from "~/services/audit/audit.server";
import { noticingDevice } from "./new-device.server";
import type { Found, Permission } from "~/services/permission/permission.server";
import { openingSession, type Account, type SessionKind } from "~/identity/domain/sessions/sessions.server";
import { attemptCounters } from "~/identity/domain/passwords/attempts.server";
import { refuseUnverified } from "~/identity/domain/sign-up/email-verification.server";

/** The account is disabled. Only a correct proof gets this answer. */
export const accountDisabled = () => new Forbidden("Account is disabled");

/**
 * For `byProof`: the errors for a proof that was correct when it was checked, but no longer is.
 *
 * @param wrong - the error for an incorrect proof
 */
export const signInRefused =
  (wrong: () => Error) =>
  (found: Found | null): Error =>
    found?.isActive === false ? accountDisabled() : wrong();

/**
 * Completes every sign-in, whatever the proof: opens a session, records the event, tells the owner about a new device,
 * and resets the counter of password attempts.
 *
 * @param permission - the proof, for the message that asks to confirm the address
 * @param more.detail - a further detail of the event: the passkey's name
 * @param more.givenBack - the counter of this attempt, besides the account's
 * @returns the session; the statements that open it, for the transaction that checks and uses up the proof; and a
 * function to call after it, so that mail is sent at once
 * @throws {Forbidden} if the address has to be confirmed first
 */
export async function completingSignIn(
  user: Account,
  permission: Permission,
  kind: SessionKind,
  client: Client,
  { detail, givenBack }: { detail?: string; givenBack?: Counter } = {},
) {
  // For sign-ins without a password. With a password, `sign-in.server.ts` has refused an unverified address before, and
  // given the attempt back.
  await refuseUnverified(user, permission);
  const { session, storing } = openingSession(user, kind, client);
  const device = await noticingDevice(user, kind, client);
  const said = [detail, device.detail].filter(Boolean).join(", ") || undefined;
  return {
    session,
    statements: () => [
      storing(),
      recording({ kind: "sign_in", actor: session.actor, client, detail: said }),
      ...device.statements(),
      settling({ forgotten: attemptCounters(user.email, client).account, givenBack }),
    ],
    done: device.done,
  };
}
