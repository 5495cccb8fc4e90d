import { db } from "~/core/data/db.server";
import type { AccessEnd, EndsAccess } from "~/services/access/ending-access.server";
import { droppingTokens, operatorsLink, tokenLifetimes } from "~/services/one-time-tokens/one-time-tokens.server";
import { droppingEmailChange } from "~/identity/domain/email-change/email-change-tokens.server";

/** Everything that gives access to an account, with the statements that end it. */

const sessions = ({ userId, except, by }: AccessEnd) =>
  by === "deletion"
    ? []
    : [db().session.deleteMany({ where: { userId, ...(except === undefined ? {} : { id: { not: except } }) } })];

const personalTokens = ({ userId, except }: AccessEnd) =>
  except === undefined ? [db().personalToken.deleteMany({ where: { userId } })] : [];

const waitingProofs = ({ userId }: AccessEnd) => [
  droppingTokens(userId, "second-factor", "passkey-registration", "passkey-authentication"),
];

const resetLinks = ({ userId, by }: AccessEnd) => [
  db().oneTimeToken.deleteMany({
    where: {
      userId,
      purpose: "reset-password",
      ...(by === "operator" ? { OR: [{ detail: null }, { detail: { not: operatorsLink } }] } : {}),
    },
  }),
];

const emailChange = ({ userId }: AccessEnd) => droppingEmailChange(userId);

/**
 * What a stranger may have added: factors, links to undo later changes of the address with their mail, and links to
 * confirm an address.
 */
const addedSince = ({ userId, since }: AccessEnd) =>
  since === undefined
    ? []
    : [
        db().passkey.deleteMany({ where: { userId, createdAt: { gte: since } } }),
        db().totpFactor.deleteMany({ where: { userId, confirmedAt: { gte: since } } }),
        db().backupCode.deleteMany({ where: { userId, createdAt: { gte: since } } }),
        db().oneTimeToken.deleteMany({
          where: {
            userId,
            purpose: "undo-email",
            expiresAt: { gte: new Date(since.getTime() + tokenLifetimes["undo-email"]) },
          },
        }),
        db().outboxMessage.deleteMany({ where: { userId, kind: "email-changed", createdAt: { gte: since } } }),
        droppingTokens(userId, "verify-email"),
      ];

export const identityAccess: readonly EndsAccess[] = [
  sessions,
  personalTokens,
  waitingProofs,
  resetLinks,
  emailChange,
  addedSince,
];
