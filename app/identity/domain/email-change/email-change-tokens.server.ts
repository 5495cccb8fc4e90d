import { db } from "~/core/data/db.server";
import { droppingTokens } from "~/services/one-time-tokens/one-time-tokens.server";

/**
 * The statements that cancel a change of address which was requested and not confirmed yet, including its unsent mail,
 * for use inside a transaction. After a password change, no old link may give the account away.
 */
export const droppingEmailChange = (userId: string) =>
  [
    droppingTokens(userId, "change-email"),
    db().outboxMessage.deleteMany({ where: { userId, kind: "confirm-new-email" } }),
  ] as const;
