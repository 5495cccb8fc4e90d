-- CreateTable
CREATE TABLE "data_steps" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "position" TEXT,
    "finished_at" DATETIME
);

-- Texts were written without form C and without folding; app/domain/tasks/refold.server.ts mends them, and
-- app/domain/accounts/canonical-emails.server.ts the addresses.
INSERT INTO "data_steps" ("name") VALUES ('fold-task-keys'), ('canonical-emails');
