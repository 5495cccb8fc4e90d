-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_sessions" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "identifier_hash" TEXT,
    "refresh_hash" TEXT,
    "rotates" BOOLEAN NOT NULL DEFAULT true,
    "remembered" BOOLEAN NOT NULL DEFAULT false,
    "user_agent" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME NOT NULL,
    "proven_at" DATETIME,
    "renewed_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "ends_at" DATETIME NOT NULL,
    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_sessions" ("address", "created_at", "ends_at", "expires_at", "id", "identifier_hash", "last_seen_at", "proven_at", "refresh_hash", "remembered", "renewed_at", "user_agent", "user_id") SELECT "address", "created_at", "ends_at", "expires_at", "id", "identifier_hash", "last_seen_at", "proven_at", "refresh_hash", "remembered", "renewed_at", "user_agent", "user_id" FROM "sessions";
DROP TABLE "sessions";
ALTER TABLE "new_sessions" RENAME TO "sessions";
CREATE UNIQUE INDEX "sessions_identifier_hash_key" ON "sessions"("identifier_hash");
CREATE UNIQUE INDEX "sessions_refresh_hash_key" ON "sessions"("refresh_hash");
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
