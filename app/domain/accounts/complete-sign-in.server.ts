import type { Client } from "../actor";
import { forgetting } from "../limits/limits.server";
import { recording } from "../sessions/audit.server";
import { openingSession, type SessionKind } from "../sessions/sessions.server";
import type { User } from "./account-schema";
import { attemptCounters } from "./attempts.server";

/**
 * The end of every sign-in, whatever proved who it is: a new session, the guesses at the password forgotten, the event in
 * the audit table.
 *
 * @param detail - what else the event should tell: the passkey's name
 * @returns the session, and the statements that make it so: run them in the transaction that uses up the proof
 */
export function completingSignIn(user: User, kind: SessionKind, client: Client, detail?: string) {
  const { session, statement } = openingSession(user, kind, client);
  const { sessionId } = session.actor;
  return {
    session,
    statements: [
      forgetting(attemptCounters(user.email, client).account),
      statement,
      recording({ kind: "sign_in", userId: user.id, sessionId, client, detail }),
    ],
  };
}
