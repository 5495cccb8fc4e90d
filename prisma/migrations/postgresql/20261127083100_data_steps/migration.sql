-- CreateTable
CREATE TABLE "data_steps" (
    "name" TEXT NOT NULL,
    "position" TEXT,
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "data_steps_pkey" PRIMARY KEY ("name")
);

-- Texts were written without form C and without folding; app/domain/tasks/refold.server.ts mends them, and
-- app/domain/accounts/canonical-emails.server.ts the addresses.
INSERT INTO "data_steps" ("name") VALUES ('fold-task-keys'), ('canonical-emails');
