import { randomUUID } from "node:crypto";
import { BoundedClient, connectionOptions, limitsWithin } from "./postgres-pool.server";
import type { Probe } from "~/core/data/probe";

/**
 * Checks whether PostgreSQL can be written: every table can be locked for writing, and a row can be inserted. Both are
 * undone. The check never waits for a lock, so it cannot be part of a deadlock.
 *
 * @param milliseconds - the time limit of the check
 */
export function postgresProbe(url: string, milliseconds: number): Probe {
  let connection: Promise<{ client: BoundedClient; tables: string }> | undefined;

  async function connect() {
    const client = new BoundedClient(connectionOptions(url, limitsWithin(milliseconds)));
    try {
      await client.connect();
      const { rows } = await client.query<{ tablename: string }>(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
      );
      return { client, tables: rows.map(({ tablename }) => client.escapeIdentifier(tablename)).join(", ") };
    } catch (error) {
      client.abandon();
      throw error;
    }
  }

  const key = `readiness:${randomUUID()}`;
  const more = "CREATE TEMPORARY TABLE room ON COMMIT DROP AS SELECT repeat('x', 1000) FROM generate_series(1, 1000);";
  return {
    async check(thorough) {
      const { client, tables } = await (connection ??= connect());
      try {
        await client.query(`
          BEGIN;
          LOCK TABLE ${tables} IN ROW EXCLUSIVE MODE NOWAIT;
          INSERT INTO rate_limits (key, points, resets_at) VALUES ('${key}', 0, now());
          ${thorough ? more : ""}`);
      } finally {
        await client.query("ROLLBACK");
      }
    },
    drop() {
      connection?.then(
        ({ client }) => client.abandon(),
        () => undefined,
      );
      connection = undefined;
    },
  };
}
