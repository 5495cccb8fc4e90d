import { Prisma } from "~/core/data/generated/sqlite/client";

/** Why the database refused a statement, as far as callers need to know. */

/** The driver's error kind for a raw statement. */
const kindOf = (error: Prisma.PrismaClientKnownRequestError) =>
  (error.meta?.driverAdapterError as { cause?: { kind?: string } } | undefined)?.cause?.kind;

/** Whether an error has this code (of Prisma's own statements) or this kind (of raw statements). */
const says = (error: unknown, code: string, kind: string): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && (error.code === code || kindOf(error) === kind);

/**
 * Whether an `update` or `delete` found no row that matches all of its conditions. Inside a transaction this undoes
 * everything, so such a statement works as a compare-and-swap that the other statements depend on.
 */
export const isMissingRow = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025";

/** Whether this is a violation of a unique index or a primary key. */
export const isUniqueViolation = (error: unknown): boolean => says(error, "P2002", "UniqueConstraintViolation");

/** Whether the row that a new row refers to does not exist (any more). */
export const isForeignKeyViolation = (error: unknown): boolean =>
  says(error, "P2003", "ForeignKeyConstraintViolation");

/** Whether this was a deadlock or a failure to serialize (PostgreSQL's 40P01 and 40001). */
export const isWriteConflict = (error: unknown): boolean => says(error, "P2034", "TransactionWriteConflict");
