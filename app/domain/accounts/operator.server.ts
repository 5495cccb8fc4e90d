import { db } from "~/data/db.server";
import { NotFound } from "../errors";
import { recording } from "../sessions/audit.server";
import { normalizeEmail } from "./email";

/** What the operator does to accounts from the machine itself, with no actor but the machine. */

/**
 * Disables or enables an account, for the operator. Sessions of a disabled account are refused with their next
 * request because every request reads `is_active`; they end for good here.
 *
 * @throws {NotFound} if no account has that address
 */
export async function setAccountActive(email: string, isActive: boolean): Promise<void> {
  const user = await db().user.findUnique({ where: { email: normalizeEmail(email) }, select: { id: true } });
  if (!user) throw new NotFound(`No account has the email ${normalizeEmail(email)}`);
  await db().$transaction([
    db().user.updateMany({ where: { id: user.id }, data: { isActive, updatedAt: new Date() } }),
    ...(isActive ? [] : [db().session.deleteMany({ where: { userId: user.id } })]),
    recording({ kind: isActive ? "account_enabled" : "account_disabled", userId: user.id }),
  ]);
}
