-- AlterTable
ALTER TABLE "sessions" ADD COLUMN "previous_hash" TEXT;
ALTER TABLE "sessions" ADD COLUMN "previous_until" DATETIME;

-- CreateTable
CREATE TABLE "form_submissions" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner" TEXT NOT NULL,
    "claimed_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "outcome" TEXT
);

-- CreateIndex
CREATE INDEX "form_submissions_expires_at_idx" ON "form_submissions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_previous_hash_key" ON "sessions"("previous_hash");
