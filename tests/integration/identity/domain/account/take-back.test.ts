import { describe, expect, it, vi } from "vitest";
import { db } from "~/core/data/db.server";
import { DomainError } from "~/core/errors";
import { passHold, startHeld } from "../../../../support/take-back/hold";
import { operations } from "../../../../support/take-back/operations";
import { newPerson, takeBacks } from "../../../../support/take-back/person";
import { differences, rowsOf } from "../../../../support/take-back/rows";

/*
 * Every write that a session, a token, a proof or a link permits is held where it is about to be written, at each of its
 * writes in turn; the account is taken back; then it goes on. Nothing of it may be there afterwards, and the answer is a
 * refusal that has words.
 */

vi.mock("~/core/data/transaction.server", async (original) => {
  const real = await original<typeof import("~/core/data/transaction.server")>();
  return {
    ...real,
    transaction: async (...given: Parameters<typeof real.transaction>) => {
      await passHold();
      return real.transaction(...given);
    },
    retrying: async <Result>(run: () => Promise<Result>) => {
      await passHold();
      return real.retrying(run);
    },
  };
});

// What is counted against a limit is permitted by nothing, and would only be more places to be held at.
vi.mock("~/services/limits/limits.server", async (original) => ({
  ...(await original<object>()),
  countAttempt: () => Promise.resolve(),
  giveBack: () => Promise.resolve(),
  isWithin: () => Promise.resolve(true),
}));

// Costs of a hash are no part of it either.
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const cheap = { memoryCost: 64, timeCost: 1 };
  const hash: typeof real.hash = (text, options, ...rest) => real.hash(text, { ...options, ...cheap }, ...rest);
  return { ...real, hash };
});

/** More writes than any operation has. */
const mostWrites = 6;

describe.each(operations)("$name", ({ prepare, across, quiet = false, fresh = false, last = mostWrites }) => {
  it.each(across)("does not count when it was under way across %s", async (name) => {
    let places = 0;
    // Place 0 is before everything: begun late, by somebody who was looked up before.
    const first = fresh ? 1 : 0;
    for (let at = first; at <= last; at++) {
      expect(at).toBeLessThan(mostWrites);
      const person = await newPerson();
      const call = await prepare(person);
      const held = at === 0 ? null : await startHeld(at, call);
      if (held && !held.isHeld) break;
      places++;
      await takeBacks[name](person);
      const emails = [person.user.email, person.former];
      const before = await rowsOf(person.user.id, emails);
      const [result] = held ? [await held.finish()] : await Promise.allSettled([call()]);
      expect(differences(before, await rowsOf(person.user.id, emails))).toEqual([]);
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(DomainError);
      else expect([quiet, result.value]).toEqual([true, result.value]);
    }
    expect(places).toBeGreaterThan(1 - first);
  });

  it("counts without a take-back", async () => {
    const person = await newPerson();
    const call = await prepare(person);
    const everything = async () => [await rowsOf(person.user.id, [person.user.email]), await db().oneTimeToken.count()];
    const before = await everything();
    await call();
    expect(await everything()).not.toEqual(before);
  });
});
