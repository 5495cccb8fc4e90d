import { db } from "~/core/data/db.server";
import { droppingTokens } from "~/services/one-time-tokens/one-time-tokens.server";

/**
 * The statements that put an end to a change of address that was asked for and not confirmed yet, its mail that has not
 * left included, for use inside a transaction. A new password must not leave a link behind that gives the account away.
 */
export const droppingEmailChange = (userId: string) =>
  [
    droppingTokens(userId, "change-email"),
    db().outboxMessage.deleteMany({ where: { userId, kind: "confirm-new-email" } }),
  ] as const;
