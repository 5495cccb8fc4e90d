import type { Statement } from "~/core/data/transaction.server";
import { registry } from "~/core/registry";

/**
 * The end of all access to an account: sessions, tokens, links, and whatever waits for a proof. A reset, a change of the
 * password, an undone change of the address, a deletion and the operator's commands all end it here, so that something new
 * which gives access cannot be forgotten in one of them.
 */
export type AccessEnd = Readonly<{
  userId: string;
  /** The session of the owner who ends the others: it stays, and so do the personal access tokens. */
  except?: string;
  /** A stranger had the account from this moment on: ways in that were added since go as well. */
  since?: Date;
  /** Who ends it. Links that the operator has handed out stay good when the operator does; a deleted account's sessions
   * are refused by its row, and removed in steps afterwards, for there may be very many. */
  by?: "operator" | "deletion";
}>;

/** The statements by which a feature ends its part of the access, for use in the transaction of the change. */
export type EndsAccess = (end: AccessEnd) => readonly Statement[];

export const accessEndings = registry<EndsAccess>("what ends with the access to an account");

/**
 * The statements that end all access to an account, for use in one transaction that begins with the account's row
 * (OWASP ASVS 5.0, 7.4.2 and 7.4.3).
 */
export const endingAccess = (userId: string, end: Omit<AccessEnd, "userId"> = {}): readonly Statement[] =>
  accessEndings.all().flatMap((ending) => ending({ userId, ...end }));
