import { Prisma } from "~/core/data/db.server";
import { deleteInSteps } from "~/services/upkeep/in-steps.server";
import type { RemovesRemains } from "~/services/upkeep/remains.server";
import { upkeepTurn, type RemovesExpired } from "~/services/upkeep/upkeep.server";

/** Deletes the tasks and idempotency keys of a deleted account, and every idempotency key that has expired. */

const ofUser = (userId: string) => Prisma.sql`user_id = ${userId}`;

export const taskRemains: readonly RemovesRemains[] = [
  (userId) => deleteInSteps(userId, { table: "tasks", key: "number", where: ofUser(userId) }),
  (userId) => deleteInSteps(userId, { table: "idempotency_keys", key: "key", where: ofUser(userId) }),
];

export const taskExpiries: readonly RemovesExpired[] = [
  (now) =>
    deleteInSteps(upkeepTurn, {
      table: "idempotency_keys",
      key: "user_id, key",
      where: Prisma.sql`expires_at <= ${now}`,
    }),
];
