import type { DataStep } from "~/core/data/data-steps.server";
import type { EndsAccess } from "./access/ending-access.server";
import type { AuditWords } from "./audit/audit.server";
import type { ExportPart, ExportTable, Holding } from "./export/export-part.server";
import type { MailDefinitions } from "./mail/mail-kind.server";
import type { RemovesRemains } from "./upkeep/remains.server";
import type { RemovesExpired } from "./upkeep/upkeep.server";

/**
 * What every feature provides. No field is optional: a new feature must answer each one, even with an empty list, so
 * nothing is forgotten.
 */
export type Feature = Readonly<{
  /** How the access that this feature gives to an account ends. */
  endsAccess: readonly EndsAccess[];
  /** Its parts of the full export. */
  exportParts: readonly ExportPart[];
  /** Its lists that can be exported as files of their own. */
  exportTables: readonly ExportTable[];
  /** What of this feature is deleted with an account, in words. */
  holdings: readonly Holding[];
  /** How its rows are removed after an account was deleted. */
  removesRemains: readonly RemovesRemains[];
  /** How its expired rows are removed. */
  removesExpired: readonly RemovesExpired[];
  /** The mail that it sends. */
  mail: MailDefinitions;
  /** The words for its events in the security log. */
  auditWords: AuditWords;
  /** Work on existing rows that SQL cannot do. */
  dataSteps: readonly DataStep[];
}>;
