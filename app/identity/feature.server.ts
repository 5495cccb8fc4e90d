import type { Feature } from "~/services/feature";
import { identityAccess } from "~/identity/domain/lifecycle/access-endings.server";
import { accountExport, accountHoldings, accountTables } from "~/identity/domain/lifecycle/account-export.server";
import { accountExpiries, accountRemains } from "~/identity/domain/lifecycle/account-upkeep.server";
import { canonicalEmails } from "./domain/account/canonical-emails.server";
import { identityMail } from "./domain/mail/mail-kinds.server";
import { accountWords } from "./domain/security-log/event-words.server";

/** Accounts: who somebody is, and how they prove it. */
export const identity: Feature = {
  endsAccess: identityAccess,
  exportParts: accountExport,
  exportTables: accountTables,
  holdings: accountHoldings,
  removesRemains: accountRemains,
  removesExpired: accountExpiries,
  mail: identityMail,
  auditWords: accountWords,
  dataSteps: [canonicalEmails],
};
