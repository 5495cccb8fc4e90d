-- AlterTable
ALTER TABLE "users" ADD COLUMN     "access_version" INTEGER NOT NULL DEFAULT 0;

-- Addresses that nobody had confirmed when they were left are kept for nobody: neither the reservation nor the mail that
-- tells how to undo the change stays. What confirms one has left an event.
DELETE FROM "one_time_tokens" WHERE "purpose" = 'undo-email' AND NOT EXISTS (
  SELECT 1 FROM "audit_events" "e"
  WHERE "e"."user_id" = "one_time_tokens"."user_id" AND "e"."at" <= "one_time_tokens"."created_at"
    AND ("e"."kind" = 'password_reset'
         OR ("e"."kind" IN ('email_verified', 'email_changed', 'email_change_undone')
             AND "e"."detail" = "one_time_tokens"."email"))
);
DELETE FROM "outbox_messages" WHERE "kind" = 'email-changed' AND NOT EXISTS (
  SELECT 1 FROM "audit_events" "e"
  WHERE "e"."user_id" = "outbox_messages"."user_id" AND "e"."at" <= "outbox_messages"."created_at"
    AND ("e"."kind" = 'password_reset'
         OR ("e"."kind" IN ('email_verified', 'email_changed', 'email_change_undone')
             AND "e"."detail" = "outbox_messages"."recipient"))
);
