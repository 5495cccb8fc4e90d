import type { Client } from "~/core/actor";
import { Forbidden } from "~/core/errors";
import { settling, type Counter } from "~/services/limits/limits.server";
import { recording } from "~/services/audit/audit.server";
import { noticingDevice } from "./new-device.server";
import type { Found, Permission } from "~/services/permission/permission.server";
import { openingSession, type Account, type SessionKind } from "~/identity/domain/sessions/sessions.server";
import { attemptCounters } from "~/identity/domain/passwords/attempts.server";
import { refuseUnverified } from "~/identity/domain/sign-up/email-verification.server";

/** The account is disabled: told to a right proof alone. */
export const accountDisabled = () => new Forbidden("Account is disabled");

/**
 * For `byProof`: what somebody is told whose proof was right when it was checked, and is not any more.
 *
 * @param wrong - the error of a proof that is not right
 */
export const signInRefused =
  (wrong: () => Error) =>
  (found: Found | null): Error =>
    found?.isActive === false ? accountDisabled() : wrong();

/**
 * The end of every sign-in, whatever proved who it is: a new session, the event in the audit table, a message to the owner
 * if it comes from a new device, and the guesses at the password forgotten.
 *
 * @param permission - the proof, for the message that asks to confirm the address
 * @param more.detail - what else the event should tell: the passkey's name
 * @param more.givenBack - the counter that the attempt was counted by besides the account's
 * @returns the session; the statements that make it so: run them in the transaction that holds and uses up the proof; and
 *   what to call after it, so that a message leaves at once
 * @throws {Forbidden} if the address has to be confirmed first
 */
export async function completingSignIn(
  user: Account,
  permission: Permission,
  kind: SessionKind,
  client: Client,
  { detail, givenBack }: { detail?: string; givenBack?: Counter } = {},
) {
  // A right password is refused earlier, and its attempt given back; this door is for every other way in.
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
