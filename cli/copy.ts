/**
 * Copies a SQLite database for a backup or a restore, in a process that can be killed (see `makeCheckedCopy`). People
 * do not run this; `backup` and `restore` start it and exchange messages with it.
 */
import { copyAsAsked, type CopyRequest } from "~/core/data/backup/copy-helper.server";

process.once("message", (request: CopyRequest) => {
  void copyAsAsked(request).then((answer) => process.send?.(answer, () => process.exit()));
});

// The parent process has ended.
process.once("disconnect", () => process.exit());
