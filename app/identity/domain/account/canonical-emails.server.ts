import { db, isUniqueViolation } from "~/core/data/db.server";
import type { DataStep } from "~/core/data/data-steps.server";
import { normalizeEmail } from "~/core/email";

/**
 * Rewrites the stored addresses of accounts into the current form of `normalizeEmail`. Otherwise sign-in would not find
 * them.
 */
export const canonicalEmails: DataStep = { name: "canonical-emails", run: canonicalAfter };

const rowsAtOnce = 50;

async function canonicalAfter(position: string | null): Promise<string | null> {
  const users = await db().user.findMany({
    where: { id: { gt: position ?? "" } },
    orderBy: { id: "asc" },
    take: rowsAtOnce,
    select: { id: true, email: true },
  });
  for (const user of users) await mend(user);
  return users.at(-1)?.id ?? null;
}

async function mend({ id, email }: { id: string; email: string }): Promise<void> {
  const canonical = normalizeEmail(email);
  if (canonical === email) return;
  try {
    await db().user.updateMany({ where: { id, email }, data: { email: canonical } });
  } catch (error) {
    // Another account has the address in its current form. Only the operator can decide which account keeps it.
    if (!isUniqueViolation(error)) throw error;
  }
}
