import type { Actor, Client } from "~/core/actor";
import type { ExportedFile } from "~/core/exported-file";
import { inSmallSteps } from "~/core/small-steps.server";
import { recordPermitted } from "~/services/audit/audit.server";
import { signedOut } from "~/services/permission/permission.server";
import { exportParts, exportTables, type ExportList, type ExportTableKind } from "./export-part.server";

/**
 * The export of the actor's data. It is read and written in pages, so that a large account takes no more memory than a
 * small one and delays nobody. It contains no password, hash or other secret.
 */

export type ExportKind = "json" | ExportTableKind;

/**
 * Prepares an export of the actor's data, and records it in the security log.
 *
 * @throws {SignedOut} if the session is over
 */
export async function exportData(
  actor: Actor,
  kind: ExportKind,
  client: Client,
  now = new Date(),
): Promise<ExportedFile> {
  const table = exportTables.all().find((one) => one.kind === kind);
  const detail = table?.detail ?? "Everything, as JSON";
  if (!(await recordPermitted(actor, { kind: "data_exported", client, detail }))) throw signedOut();
  const day = now.toISOString().slice(0, 10);
  const file = (name: string, mediaType: string, parts: AsyncGenerator<string>): ExportedFile => ({
    name,
    mediaType,
    content: inSmallSteps(actor.userId, parts),
  });
  return table
    ? file(`holdfast-${table.name}-${day}.csv`, "text/csv; charset=utf-8", table.csv(actor))
    : file(`holdfast-${day}.json`, "application/json", await everything(actor, now));
}

/** Everything except the lists is read before the file begins, so a session that is over never leaves half a file. */
async function everything(actor: Actor, now: Date): Promise<AsyncGenerator<string>> {
  const parts = [...exportParts.all()].sort((a, b) => a.place - b.place);
  const read = await Promise.all(parts.map(async (part) => ("members" in part ? part.members(actor) : part)));
  return written([{ exported_at: now }, ...read], actor);
}

const isList = (part: object): part is ExportList => "pages" in part;

async function* written(parts: readonly object[], actor: Actor): AsyncGenerator<string> {
  let separator = "{";
  for (const part of parts) {
    if (isList(part)) {
      yield `${separator}\n  ${JSON.stringify(part.member)}: [`;
      yield* items(part.pages(actor));
      yield "]";
    } else yield `${separator}${JSON.stringify(part, null, 2).slice(1, -2)}`;
    separator = ",";
  }
  yield "\n}\n";
}

/** The items of a JSON array, one per line. */
async function* items(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let separator = "\n    ";
  for await (const page of pages) {
    yield separator + page.map((item) => JSON.stringify(item)).join(",\n    ");
    separator = ",\n    ";
  }
  yield "\n  ";
}
