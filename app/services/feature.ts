import type { DataStep } from "~/core/data/data-steps.server";
import type { EndsAccess } from "./access/ending-access.server";
import type { AuditWords } from "./audit/audit.server";
import type { ExportPart, ExportTable, Holding } from "./export/export-part.server";
import type { MailDefinitions } from "./mail/mail-kind.server";
import type { RemovesRemains } from "./upkeep/remains.server";
import type { RemovesExpired } from "./upkeep/upkeep.server";

/**
 * What every feature is asked. Nothing here is optional: a new feature answers each question, if with an empty list, and
 * cannot be forgotten where features meet.
 */
export type Feature = Readonly<{
  /** What gives access to an account, and how it ends. */
  endsAccess: readonly EndsAccess[];
  /** What the file with everything holds of it. */
  exportParts: readonly ExportPart[];
  /** Its lists that can be had as a file of their own. */
  exportTables: readonly ExportTable[];
  /** What of it goes with an account, in words. */
  holdings: readonly Holding[];
  /** How its rows go after an account was deleted. */
  removesRemains: readonly RemovesRemains[];
  /** How its rows go that no longer count. */
  removesExpired: readonly RemovesExpired[];
  /** The mail that it sends. */
  mail: MailDefinitions;
  /** What its events are called in the security log. */
  auditWords: AuditWords;
  /** Work on existing rows that SQL cannot do. */
  dataSteps: readonly DataStep[];
}>;
