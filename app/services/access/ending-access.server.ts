import type { Statement } from "~/core/data/transaction.server";
import { registry } from "~/core/registry";

/**
 * Ends all access to an account: sessions, tokens, links, and anything that waits for a proof. A password reset, a
 * password change, an undone change of the address, a deletion and the operator's commands all use this, so a new kind
 * of access ends in each of these cases.
 */
export type AccessEnd = Readonly<{
  userId: string;
  /** The session of the owner who ends the others. This session and the personal access tokens stay. */
  except?: string;
  /** Set if a stranger had the account from this moment on: passkeys and other ways in added since are removed too. */
  since?: Date;
  /**
   * Who ends the access. The operator's own links stay valid when the operator ends it. When an account is deleted, its
   * row already makes its sessions invalid, so they are removed later, in steps, because there may be very many.
   */
  by?: "operator" | "deletion";
}>;

/** Returns the statements that end a feature's part of the access, for the transaction of the change. */
export type EndsAccess = (end: AccessEnd) => readonly Statement[];

export const accessEndings = registry<EndsAccess>("what ends with the access to an account");

/**
 * The statements that end all access to an account, for a transaction that begins with the account's row (OWASP ASVS
 * 5.0, 7.4.2 and 7.4.3).
 */
export const endingAccess = (userId: string, end: Omit<AccessEnd, "userId"> = {}): readonly Statement[] =>
  accessEndings.all().flatMap((ending) => ending({ userId, ...end }));
