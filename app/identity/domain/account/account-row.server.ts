import type { User } from "~/core/actor";
import { Prisma } from "~/core/data/db.server";

/** The part of a statement on a session or a token that says whose it is: what every request needs of the account. */

/** The columns of `users u` as a statement reads them. */
export const accountColumns = Prisma.sql`u.id AS "userId", u.email, u.name, u.is_active AS "isActive",
         u.access_version AS "accessVersion", u.created_at AS "userCreatedAt", u.last_task_number AS "lastTaskNumber"`;

/** A row with `accountColumns`. */
export type AccountRow = Readonly<{
  userId: string;
  email: string;
  name: string;
  isActive: boolean;
  accessVersion: number;
  userCreatedAt: Date;
  lastTaskNumber: number;
}>;

/** The account's data for its owner. */
export const userOf = ({ userId, email, name, isActive, userCreatedAt }: AccountRow): User => ({
  id: userId,
  email,
  name,
  isActive,
  createdAt: userCreatedAt,
});

/** What an actor holds of the account, whatever the credential. */
export const holderOf = ({ userId, accessVersion, lastTaskNumber }: AccountRow) => ({
  userId,
  accessVersion,
  lastTaskNumber,
});
