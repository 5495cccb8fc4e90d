/**
 * Copies a SQLite database for a backup or a restore, in a process that can be ended (see `makeCheckedCopy`). Not a
 * command for people: those start it and talk to it.
 */
import { copyAsAsked, type CopyRequest } from "~/core/data/backup/copy-helper.server";

process.once("message", (request: CopyRequest) => {
  void copyAsAsked(request).then((answer) => process.send?.(answer, () => process.exit()));
});

// Whoever asked is gone.
process.once("disconnect", () => process.exit());
