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
      /** The address that the invitation is for; null if it is for whoever has it. */
      email: string | null;
    }>;

/**
 * May somebody with this invitation sign up?
 *
 * @param invitation - the secret of the link, null for none
 */
export async function admissionOf(invitation: string | null): Promise<Admission> {
  const { signUp } = config();
  if (signUp !== "invite") return { state: signUp };
  const token = invitation ? await peekToken("invitation", invitation) : null;
  return token ? { state: "invited", email: token.email } : { state: "uninvited" };
}

/** Is there no way to sign up at all? */
export const isSignUpClosed = (): boolean => config().signUp === "closed";

/**
 * For pages: refuses before the form is read.
 *
 * @throws {Forbidden} if nobody may sign up
 */
export function refuseIfClosed(): void {
  if (isSignUpClosed()) throw new Forbidden("Sign-up is closed on this server.");
}

export const invitationSpent = () =>
  new Forbidden("Sign-up here is by invitation, and this one is not good. Ask for a new one.");

/**
 * Lets a sign-up through. Asked before anything else, so that who is not invited learns nothing about accounts.
 *
 * @returns the statements that spend the invitation, for the transaction of the sign-up: whatever refuses the sign-up
 *   leaves the invitation good, and of two at once one fails with `isMissingRow`
 * @throws {Forbidden} if sign-up is closed, or by invitation and this is none, or one for another address
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
