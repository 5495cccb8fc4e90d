import { Prisma } from "~/core/data/generated/sqlite/client";

/** Why the database refused a statement, as far as its caller has a use for it. */

/** The driver's own word on a statement that was written out. */
const kindOf = (error: Prisma.PrismaClientKnownRequestError) =>
  (error.meta?.driverAdapterError as { cause?: { kind?: string } } | undefined)?.cause?.kind;

/** Does an error say this, in Prisma's words for its own statements or in the driver's for those that are written out? */
const says = (error: unknown, code: string, kind: string): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && (error.code === code || kindOf(error) === kind);

/**
 * Did an `update` or `delete` find no row that fulfils all of its conditions? Inside a transaction this undoes all of it,
 * which makes such a statement a compare-and-swap that the rest depends on.
 */
export const isMissingRow = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025";

/** Is this the violation of a unique index or primary key? */
export const isUniqueViolation = (error: unknown): boolean => says(error, "P2002", "UniqueConstraintViolation");

/** Is the row that a new one belongs to not there (any more)? */
export const isForeignKeyViolation = (error: unknown): boolean =>
  says(error, "P2003", "ForeignKeyConstraintViolation");

/** Was it a deadlock or a failure to serialize (PostgreSQL's 40P01 and 40001)? */
export const isWriteConflict = (error: unknown): boolean => says(error, "P2034", "TransactionWriteConflict");
