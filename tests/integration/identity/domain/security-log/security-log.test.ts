import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { record } from "~/services/audit/audit.server";
import {
  logPageSize,
  readSecurityLog,
  securityLogPages,
  type LogPage,
} from "~/identity/domain/security-log/security-log.server";
import { client, newActor } from "../../../../support/people";

/** Events of an account, the first one first; several in each millisecond, so that the time alone orders nothing. */
async function addEvents(actor: Actor, count: number, from = 0): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    at: new Date(Date.UTC(2026, 0, 1) + Math.floor((from + index) / 7)),
    kind: "sign_in",
    userId: actor.userId,
  }));
  await db().auditEvent.createMany({ data: rows });
  return rows.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
}

const ids = (page: LogPage) => page.entries.map(({ id }) => id);

describe("readSecurityLog", () => {
  it("shows what happened, newest first, with words, device and address", async () => {
    const actor = await newActor();
    const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    await record({
      kind: "sign_in_failed",
      userId: actor.userId,
      client: { address: "192.0.2.7", userAgent: firefox },
    });
    await db().auditEvent.updateMany({ where: { userId: actor.userId }, data: { at: new Date("2026-01-01") } });
    await record({ kind: "account_enabled", userId: actor.userId });
    const page = await readSecurityLog(actor);
    expect(page).toMatchObject({
      entries: [
        { event: "Account enabled by the operator", device: null, address: null },
        {
          event: "Wrong password at sign-in",
          device: "Firefox on Linux",
          address: "192.0.2.7",
          at: new Date("2026-01-01"),
        },
      ],
      newer: null,
      older: null,
    });
  });

  it("goes through all of it in both directions, each event once", async () => {
    const actor = await newActor();
    const all = await addEvents(actor, 2 * logPageSize + 13);
    const first = await readSecurityLog(actor);
    const second = await readSecurityLog(actor, { before: first.older ?? undefined });
    const third = await readSecurityLog(actor, { before: second.older ?? undefined });
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(all);
    expect([first.newer, third.older]).toEqual([null, null]);

    const back = await readSecurityLog(actor, { after: third.newer ?? undefined });
    expect(ids(back)).toEqual(ids(second));
    const top = await readSecurityLog(actor, { after: back.newer ?? undefined });
    expect([ids(top), top.newer]).toEqual([ids(first), null]);
  });

  it("a page stays what it is while new events come in", async () => {
    const actor = await newActor();
    await addEvents(actor, logPageSize + 10);
    const { older } = await readSecurityLog(actor);
    const before = await readSecurityLog(actor, { before: older ?? undefined });
    const news = await addEvents(actor, 80, 10_000);
    expect(ids(await readSecurityLog(actor, { before: older ?? undefined }))).toEqual(ids(before));
    const newer = await readSecurityLog(actor, { after: before.newer ?? undefined });
    expect(newer.entries).toHaveLength(logPageSize);
    expect([newer.newer, newer.older].includes(null)).toBe(false);
    expect(ids(await readSecurityLog(actor))).toEqual(news.slice(0, logPageSize));
  });

  it("has no link to a page that would be empty", async () => {
    const actor = await newActor();
    await addEvents(actor, logPageSize);
    expect(await readSecurityLog(actor)).toMatchObject({ newer: null, older: null });
    const { userId } = actor;
    await db().auditEvent.deleteMany({ where: { userId } });
    expect(await readSecurityLog(actor)).toEqual({ entries: [], newer: null, older: null });
  });

  it("never shows anybody else's, by no place in the log", async () => {
    const [actor, other] = [await newActor(), await newActor()];
    const [mine] = await addEvents(actor, 3);
    await addEvents(other, 70);
    await record({ kind: "sign_in_failed", client });
    const theirs = await readSecurityLog(other);
    for (const from of [{}, { before: theirs.older ?? undefined }, { after: theirs.older ?? undefined }]) {
      const page = await readSecurityLog(actor, from);
      for (const id of ids(page)) expect(ids(theirs)).not.toContain(id);
      expect(page.entries.length).toBeLessThanOrEqual(3);
    }
    expect(ids(await readSecurityLog(actor))).toContain(mine);
  });
});

it("securityLogPages gives all of it, a page at a time", async () => {
  const actor = await newActor();
  const all = await addEvents(actor, 25);
  const pages: string[][] = [];
  for await (const page of securityLogPages(actor, 10)) pages.push(page.map(({ id }) => id));
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual(all);
});
