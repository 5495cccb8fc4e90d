import { db } from "~/core/data/db.server";

/**
 * Reserves the old address of an account for seven days after it was changed. In this time the old owner may undo the
 * change, which a stranger who signs up with the address would prevent. The tokens for the undo serve as the
 * reservation.
 */

/**
 * Whether an address is reserved for the account that had it before.
 *
 * @param exceptFor - the account that asks, whose own old address is free for it
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
