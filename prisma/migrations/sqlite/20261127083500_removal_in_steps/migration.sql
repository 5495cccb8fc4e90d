-- DropIndex
DROP INDEX "audit_events_at_idx";

-- DropIndex
DROP INDEX "audit_events_user_id_at_idx";

-- DropIndex
DROP INDEX "sessions_user_id_idx";

-- AlterTable
ALTER TABLE "users" ADD COLUMN "deleted_at" DATETIME;

-- CreateIndex
CREATE INDEX "audit_events_user_id_at_id_idx" ON "audit_events"("user_id", "at", "id");

-- CreateIndex
CREATE INDEX "audit_events_user_id_kind_at_idx" ON "audit_events"("user_id", "kind", "at");

-- CreateIndex
CREATE INDEX "audit_events_session_id_idx" ON "audit_events"("session_id");

-- CreateIndex
CREATE INDEX "sessions_user_id_last_seen_at_id_idx" ON "sessions"("user_id", "last_seen_at", "id");

-- CreateIndex
CREATE INDEX "sessions_ends_at_idx" ON "sessions"("ends_at");

-- CreateIndex
CREATE INDEX "users_deleted_at_idx" ON "users"("deleted_at");
