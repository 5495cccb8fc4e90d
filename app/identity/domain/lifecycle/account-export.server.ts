import { db } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { sessionPages } from "~/identity/domain/sessions/session-list.server";
import { securityLogCsv, securityLogPages } from "~/identity/domain/security-log/security-log.server";
import type { ExportPart, ExportTable, Holding } from "~/services/export/export-part.server";
import { signedOut } from "~/services/permission/permission.server";

/** The account's part of an export: the account, its sessions, passkeys and tokens by name, and its security log. */

async function account({ userId }: Actor) {
  const user = await db().user.findUnique({
    where: { id: userId },
    include: { totpFactor: { select: { confirmedAt: true } } },
  });
  if (!user) throw signedOut();
  return {
    account: {
      id: user.id,
      email: user.email,
      email_verified_at: user.emailVerifiedAt,
      name: user.name,
      two_step_since: user.totpFactor?.confirmedAt ?? null,
      created_at: user.createdAt,
      updated_at: user.updatedAt,
    },
  };
}

async function credentials({ userId }: Actor) {
  const where = { userId };
  const [passkeys, tokens] = await Promise.all([
    db().passkey.findMany({ where }),
    db().personalToken.findMany({ where }),
  ]);
  return {
    passkeys: passkeys.map(({ name, createdAt, lastUsedAt }) => ({
      name,
      created_at: createdAt,
      last_used_at: lastUsedAt,
    })),
    api_tokens: tokens.map(({ name, scopes, createdAt, expiresAt, lastUsedAt }) => ({
      name,
      scopes: scopes.split(" "),
      created_at: createdAt,
      expires_at: expiresAt,
      last_used_at: lastUsedAt,
    })),
  };
}

async function* sessions(actor: Actor) {
  for await (const page of sessionPages(actor))
    yield page.map(({ id, identifierHash, userAgent, address, createdAt, lastSeenAt, expiresAt }) => ({
      id,
      kind: identifierHash === null ? "api" : "browser",
      user_agent: userAgent,
      address,
      created_at: createdAt,
      last_seen_at: lastSeenAt,
      expires_at: expiresAt,
    }));
}

async function* securityLog(actor: Actor) {
  for await (const page of securityLogPages(actor))
    yield page.map(({ at, kind, event, detail, device, userAgent, address }) => ({
      at,
      kind,
      event,
      detail,
      device,
      user_agent: userAgent,
      address,
    }));
}

export const accountExport: readonly ExportPart[] = [
  { place: 10, members: account },
  { place: 20, member: "sessions", pages: sessions },
  { place: 30, members: credentials },
  { place: 50, member: "security_log", pages: securityLog },
];

declare module "~/services/export/export-part.server" {
  interface ExportTables {
    "log-csv": true;
  }
}

export const accountTables: readonly ExportTable[] = [
  { kind: "log-csv", name: "security-log", detail: "Security log, as CSV", csv: securityLogCsv },
];

export const accountHoldings: readonly Holding[] = [
  {
    name: "sessions",
    table: "sessions",
    one: "session, in browsers and on the API",
    many: "sessions, in browsers and on the API",
    evenIfNone: true,
  },
  { name: "passkeys", table: "passkeys", one: "passkey", many: "passkeys", evenIfNone: false },
  {
    name: "events",
    table: "audit_events",
    one: "entry of the security log",
    many: "entries of the security log",
    evenIfNone: true,
  },
];
