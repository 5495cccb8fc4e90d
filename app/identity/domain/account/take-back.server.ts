import { db, type Prisma } from "~/core/data/db.server";

/**
 * Takes an account back from a stranger who may have access to it. Used by a password reset, a password change, an
 * undone change of the address, and the operator's commands.
 */

/**
 * The first statement of a take-back. It locks the account's row, so that this and other transactions run one after the
 * other. It raises the version, so that nothing permitted before and not yet written can still be written.
 *
 * @param where - which account, in which state; the transaction fails with `isMissingRow` if there is none
 * @param data - other changes to the row
 */
export const raisingVersion = (where: Prisma.UserWhereUniqueInput, data: Prisma.UserUpdateInput = {}) =>
  db().user.update({ where, data: { ...data, accessVersion: { increment: 1 } }, select: { id: true } });

/**
 * Locks the account's row without a take-back. This is the first statement of a transaction that neither takes the
 * account back nor depends on a take-back.
 */
export const lockingRow = (id: string) =>
  db().user.update({ where: { id }, data: { accessVersion: { increment: 0 } }, select: { id: true } });
