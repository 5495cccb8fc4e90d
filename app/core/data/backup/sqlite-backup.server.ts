import { statSync } from "node:fs";
import { makeCheckedCopy, type CopyTools } from "./copy-helper.server";
import { publish, withDraft } from "./draft.server";
import type { Written } from "./outcome.server";

/**
 * Writes a backup of a SQLite database, with or without a running server.
 *
 * @param file - must not exist, but its folder must
 * @throws {BackupError}
 */
export function backUpSqlite(source: string, file: string, tools: CopyTools): Promise<Written> {
  return withDraft(file, async (draft) => {
    const { accounts, tasks } = await makeCheckedCopy({ how: "snapshot", source, draft: draft.draft }, tools);
    publish(draft);
    return { bytes: statSync(file).size, accounts, tasks };
  });
}
