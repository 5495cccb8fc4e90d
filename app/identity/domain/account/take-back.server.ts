import { db, type Prisma } from "~/core/data/db.server";

/**
 * Taking an account back from whoever may have it: what a reset, a change of the password, an undone change of the address
 * and the operator's commands have in common.
 */

/**
 * The first statement of a take-back. It takes the account's row, so that the transactions of others wait for it or it for
 * them, and raises the version, so that whatever was permitted before and has not been written yet never is.
 *
 * @param where - which account, in which state; the transaction fails with `isMissingRow` if there is none
 * @param data - what changes in the row besides
 */
export const raisingVersion = (where: Prisma.UserWhereUniqueInput, data: Prisma.UserUpdateInput = {}) =>
  db().user.update({ where, data: { ...data, accessVersion: { increment: 1 } }, select: { id: true } });

/** The first statement of what is no take-back and does not depend on one either: it takes the account's row all the same. */
export const takingRow = (id: string) =>
  db().user.update({ where: { id }, data: { accessVersion: { increment: 0 } }, select: { id: true } });
