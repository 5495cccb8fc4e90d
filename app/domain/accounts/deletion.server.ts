import { db } from "~/data/db.server";
import { queueing } from "../mail/outbox.server";
import { recording } from "../sessions/audit.server";

/**
 * The statements that delete an account and everything of it, for use in one transaction: what belongs to the user's
 * row goes by cascade, what only names the person goes by hand. What stays is that some account was deleted, and a
 * message to its owner that goes out afterwards; call `mailQueued` then.
 *
 * The transaction fails with `isMissingRow` if the account is gone already.
 */
export const deletingAccount = ({ id, email }: { id: string; email: string }) => [
  db().user.delete({ where: { id } }),
  db().auditEvent.deleteMany({ where: { userId: id } }),
  db().oneTimeToken.deleteMany({ where: { email } }),
  db().outboxMessage.deleteMany({ where: { recipient: email } }),
  recording({ kind: "account_deleted" }),
  ...queueing({ kind: "account-deleted", to: email, detail: {} }),
];
