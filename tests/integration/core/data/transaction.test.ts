import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { endSessionsOf, setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { DomainError } from "~/core/errors";
import { createTask, updateTask } from "~/tasks/domain/tasks.server";
import { endSession } from "~/identity/domain/sessions/sessions.server";
import { databaseKind } from "../../../support/databases";
import { client, newUser, openSession, password } from "../../../support/people";

const renaming = (id: string, name: string) => db().user.update({ where: { id }, data: { name } });
const nameOf = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).name;

it("all of a transaction happens, or nothing", async () => {
  const { id } = await newUser();
  await expect(transaction(() => [renaming(id, "After"), renaming("nobody", "After")])).rejects.toThrow();
  expect(await nameOf(id)).toBe("Ada");
  await transaction(() => [renaming(id, "After")]);
  expect(await nameOf(id)).toBe("After");
});

it("take-backs of one account at once end in words, in any order", async () => {
  for (let round = 0; round < 5; round++) {
    const user = await newUser();
    const [{ actor }, another] = [await openSession(user), await openSession(user)];
    const secret = await makeToken("reset-password", { userId: user.id, email: user.email });
    const ways = [
      changePassword(actor, { currentPassword: password, newPassword: "one of the two, surely" }, client),
      changePassword(another.actor, { currentPassword: password, newPassword: "the other of the two" }, client),
      resetPassword(secret, "or the one of the reset", client),
      setAccountActive(user.email, true),
      endSessionsOf(user.email),
    ];
    const failed = (await Promise.allSettled(ways)).filter((result) => result.status === "rejected");
    for (const { reason } of failed) expect(reason).toBeInstanceOf(DomainError);
  }
});

describe.runIf(databaseKind === "postgresql")("on PostgreSQL", () => {
  /** Further connections, which hold what a test wants to be held. */
  async function withConnections(count: number, run: (...clients: pg.Client[]) => Promise<void>): Promise<void> {
    const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: config().databaseUrl }));
    try {
      for (const each of clients) await each.connect();
      await run(...clients);
    } finally {
      for (const each of clients) await each.end();
    }
  }

  /** How many statements wait for a lock in this database. */
  async function waiting(): Promise<number> {
    const [row] = await db().$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return Number(row?.count);
  }

  const untilWaiting = (count: number) =>
    vi.waitFor(async () => expect(await waiting()).toBe(count), { timeout: 20_000, interval: 20 });

  it("a transaction that was given up for another's sake is begun anew", async () => {
    const [first, second] = [(await newUser()).id, (await newUser()).id];
    await withConnections(2, async (other, gate) => {
      await gate.query("SELECT pg_advisory_lock(1)");
      // This one never looks for deadlocks, so the transaction under test is the one that has to give way.
      await other.query("BEGIN");
      await other.query("SET LOCAL deadlock_timeout = '1h'");
      await other.query("UPDATE users SET name = 'Theirs' WHERE id = $1", [first]);
      let tries = 0;
      const done = transaction(() => {
        tries++;
        const atGate = db().$queryRaw`SELECT CAST(pg_advisory_xact_lock(1) AS text)`;
        return [renaming(second, "Ours"), atGate, renaming(first, "Ours")] as const;
      });
      await untilWaiting(1);
      const theirs = other.query("UPDATE users SET name = 'Theirs' WHERE id = $1", [second]);
      await untilWaiting(2);
      await gate.query("SELECT pg_advisory_unlock(1)");
      await theirs;
      await other.query("COMMIT");
      await done;
      expect(tries).toBeGreaterThan(1);
      expect([await nameOf(first), await nameOf(second)]).toEqual(["Ours", "Ours"]);
    });
  });

  it("a write that waits for its row keeps its session's end waiting, so that it never follows it", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    const { number } = await createTask(actor, { title: "Before" });
    await withConnections(1, async (holder) => {
      await holder.query("BEGIN");
      await holder.query("SELECT 1 FROM tasks WHERE user_id = $1 FOR UPDATE", [user.id]);
      const write = updateTask(actor, number, { title: "After" });
      await untilWaiting(1);
      const end = endSession(actor, client);
      // The end waits as well: had it gone first, the write would be refused.
      await untilWaiting(2);
      await holder.query("COMMIT");
      const [written] = await Promise.all([write, end]);
      expect(written.title).toBe("After");
    });
  });
});
