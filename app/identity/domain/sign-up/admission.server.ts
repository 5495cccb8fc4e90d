import { config } from "~/core/settings/config.server";
import { Forbidden } from "~/core/errors";
import { peekToken, spendingToken } from "~/services/one-time-tokens/one-time-tokens.server";

/** Who may sign up: everybody, whoever has an invitation, or nobody (`SIGNUP`). */
export type Admission =
  | Readonly<{ state: "open" }>
  | Readonly<{ state: "closed" }>
  | Readonly<{ state: "uninvited" }>
  | Readonly<{
      state: "invited";
      /** The only address that may use the invitation; null if anybody with the link may. */
      email: string | null;
    }>;

/**
 * Whether somebody with this invitation may sign up.
 *
 * @param invitation - the secret of the link, null for none
 */
export async function admissionOf(invitation: string | null): Promise<Admission> {
  const { signUp } = config();
  if (signUp !== "invite") return { state: signUp };
  const token = invitation ? await peekToken("invitation", invitation) : null;
  return token ? { state: "invited", email: token.email } : { state: "uninvited" };
}

/** Whether nobody can sign up. */
export const isSignUpClosed = (): boolean => config().signUp === "closed";

/**
 * Lets pages refuse a sign-up before the form is read.
 *
 * @throws {Forbidden} if nobody may sign up
 */
export function refuseIfClosed(): void {
  if (isSignUpClosed()) throw new Forbidden("Sign-up is closed on this server.");
}

export const invitationSpent = () =>
  new Forbidden("Sign-up here is by invitation, and this one is not good. Ask for a new one.");

/**
 * Admits a sign-up. Called first, so that a person without an invitation learns nothing about accounts.
 *
 * @returns the statements that spend the invitation, for the transaction of the sign-up: if the sign-up is refused, the
 * invitation stays valid, and of two concurrent sign-ups one fails with `isMissingRow`
 * @throws {Forbidden} if sign-up is closed, or if it needs an invitation and this one is invalid or for another address
 */
export async function admitting({ email, invitation }: { email: string; invitation?: string }) {
  refuseIfClosed();
  const admission = await admissionOf(invitation ?? null);
  if (admission.state === "open") return () => [];
  if (!invitation) throw new Forbidden("Sign-up here is by invitation. Ask whoever runs this server for one.");
  if (admission.state !== "invited") throw invitationSpent();
  if (admission.email !== null && admission.email !== email)
    throw new Forbidden("This invitation is for another email address.");
  return () => [spendingToken("invitation", invitation)];
}
