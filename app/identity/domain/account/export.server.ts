import { db } from "~/core/data/db.server";
import type { Actor, Client } from "~/core/actor";
import type { ExportedFile } from "~/core/exported-file";
import { csv } from "~/core/csv.server";
import { recordPermitted } from "~/services/audit/audit.server";
import { securityLogCsv, securityLogPages } from "~/identity/domain/security-log/security-log.server";
import { signedOut } from "~/services/permission/permission.server";
import { sessionPages } from "~/identity/domain/sessions/sessions.server";
import { inSmallSteps } from "~/core/small-steps.server";
import { taskPages } from "~/tasks/domain/tasks.server";

/**
 * The actor's data to take along. Read and written some rows at a time, so that a large account takes no more memory
 * than a small one and holds nobody up. No password, no hash and no other secret is in it.
 */

export type ExportKind = "json" | "tasks-csv" | "log-csv";

/** What each is called in the security log. */
const details: Record<ExportKind, string> = {
  json: "Everything, as JSON",
  "tasks-csv": "Tasks, as CSV",
  "log-csv": "Security log, as CSV",
};

/**
 * Prepares a file of the actor's data, and notes in the security log that it was taken.
 *
 * @throws {SignedOut} if the session is over
 */
export async function exportData(
  actor: Actor,
  kind: ExportKind,
  client: Client,
  now = new Date(),
): Promise<ExportedFile> {
  if (!(await recordPermitted(actor, { kind: "data_exported", client, detail: details[kind] }))) throw signedOut();
  const day = now.toISOString().slice(0, 10);
  const file = (name: string, mediaType: string, parts: AsyncGenerator<string>): ExportedFile => ({
    name,
    mediaType,
    content: inSmallSteps(actor.userId, parts),
  });
  switch (kind) {
    case "json":
      return file(`holdfast-${day}.json`, "application/json", everything(await readAccount(actor), actor, now));
    case "tasks-csv":
      return file(`holdfast-tasks-${day}.csv`, csvType, tasksCsv(actor));
    case "log-csv":
      return file(`holdfast-security-log-${day}.csv`, csvType, securityLogCsv(actor));
  }
}

const csvType = "text/csv; charset=utf-8";

async function readAccount(actor: Actor) {
  const user = await db().user.findUnique({
    where: { id: actor.userId },
    include: { totpFactor: { select: { confirmedAt: true } }, passkeys: true, personalTokens: true },
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
    api_tokens: user.personalTokens.map((token) => ({
      name: token.name,
      scopes: token.scopes.split(" "),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
    })),
    passkeys: user.passkeys.map((passkey) => ({
      name: passkey.name,
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })),
  };
}

async function* everything(
  { account, api_tokens, passkeys }: Awaited<ReturnType<typeof readAccount>>,
  actor: Actor,
  now: Date,
): AsyncGenerator<string> {
  yield `${members({ exported_at: now, account })},\n  "sessions": [`;
  yield* items(sessionPages(actor), ({ id, identifierHash, userAgent, address, createdAt, lastSeenAt, expiresAt }) => ({
    id,
    kind: identifierHash === null ? "api" : "browser",
    user_agent: userAgent,
    address,
    created_at: createdAt,
    last_seen_at: lastSeenAt,
    expires_at: expiresAt,
  }));
  yield `],${members({ passkeys, api_tokens }).slice(1)},\n  "tasks": [`;
  yield* items(
    taskPages(actor),
    ({ number, title, description, completed, completedAt, priority, dueDate, createdAt, updatedAt }) => ({
      id: number,
      title,
      description,
      completed,
      completed_at: completedAt,
      priority,
      due_date: dueDate,
      created_at: createdAt,
      updated_at: updatedAt,
    }),
  );
  yield `],\n  "security_log": [`;
  yield* items(securityLogPages(actor), ({ at, kind, event, detail, device, userAgent, address }) => ({
    at,
    kind,
    event,
    detail,
    device,
    user_agent: userAgent,
    address,
  }));
  yield "]\n}\n";
}

/** The beginning of a JSON object with these members. */
const members = (value: object) => JSON.stringify(value, null, 2).slice(0, -2);

/** The items of a JSON array, one a line. */
async function* items<Item>(pages: AsyncIterable<Item[]>, toJson: (item: Item) => unknown): AsyncGenerator<string> {
  let separator = "\n    ";
  for await (const page of pages) {
    yield separator + page.map((item) => JSON.stringify(toJson(item))).join(",\n    ");
    separator = ",\n    ";
  }
  yield "\n  ";
}

const columns = [
  ...["id", "title", "description", "completed", "completed_at"],
  ...["priority", "due_date", "created_at", "updated_at"],
];

const tasksCsv = (actor: Actor): AsyncGenerator<string> => csv(columns, taskRows(actor));

async function* taskRows(actor: Actor) {
  for await (const tasks of taskPages(actor))
    yield tasks.map((task) => [
      ...[task.number, task.title, task.description, task.completed, task.completedAt],
      ...[task.priority, task.dueDate, task.createdAt, task.updatedAt],
    ]);
}
