import { db } from "~/core/data/db.server";

/**
 * Addresses that nobody else gets: for seven days after an account's address was changed its old owner may take it back,
 * and a stranger who signs up with it meanwhile would be in the way. The tokens of the undo are the reservation.
 */

/**
 * Is an address kept for the account that had it until lately?
 *
 * @param exceptFor - the account that asks: its own old address is free for it
 */
export async function isReserved(email: string, exceptFor?: string, now = new Date()): Promise<boolean> {
  const undo = await db().oneTimeToken.findFirst({
    where: {
      email,
      purpose: "undo-email",
      expiresAt: { gt: now },
      ...(exceptFor === undefined ? {} : { userId: { not: exceptFor } }),
    },
    select: { hash: true },
  });
  return undo !== null;
}
