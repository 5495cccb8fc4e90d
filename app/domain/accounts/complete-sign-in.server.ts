import type { Client } from "../actor";
import { forgetting } from "../limits/limits.server";
import { recording } from "../sessions/audit.server";
import { noticingDevice } from "../sessions/new-device.server";
import { openingSession, type SessionKind } from "../sessions/sessions.server";
import type { User } from "./account-schema";
import { attemptCounters } from "./attempts.server";
import { refuseUnverified } from "./email-verification.server";

/**
 * The end of every sign-in, whatever proved who it is: a new session, the guesses at the password forgotten, the event in
 * the audit table, and a message to the owner if it comes from a new device.
 *
 * @param detail - what else the event should tell: the passkey's name
 * @returns the session; the statements that make it so: run them in the transaction that uses up the proof; and what to
 *   call after it, so that a message leaves at once
 * @throws {Forbidden} if the address has to be confirmed first
 */
export async function completingSignIn(user: User, kind: SessionKind, client: Client, detail?: string) {
  // A right password is refused earlier, and its attempt given back; this door is for every other way in.
  await refuseUnverified(user);
  const { session, statement } = openingSession(user, kind, client);
  const { sessionId } = session.actor;
  const device = await noticingDevice(user, kind, client);
  const said = [detail, device.detail].filter(Boolean).join(", ") || undefined;
  return {
    session,
    statements: [
      forgetting(attemptCounters(user.email, client).account),
      statement,
      recording({ kind: "sign_in", userId: user.id, sessionId, client, detail: said }),
      ...device.statements,
    ],
    done: device.done,
  };
}
