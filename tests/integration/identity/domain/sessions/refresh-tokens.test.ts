import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { RateLimited, Unauthenticated } from "~/core/errors";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { hashSecret } from "~/core/secrets.server";
import { findCallerByIdentifier, findCallerBySession } from "~/identity/domain/sessions/sessions.server";
import { client, newUser, openSession } from "../../../../support/people";
import { withSettingsAndDatabase } from "../../../../support/settings";

const second = 1000;
const day = 24 * 60 * 60 * second;
const opened = new Date("2026-03-01T12:00:00.000Z");
const after = (milliseconds: number) => new Date(opened.getTime() + milliseconds);

const openApi = async () => openSession(await newUser(), { via: "bearer" }, opened);
const replays = (sessionId: string) => db().auditEvent.findMany({ where: { kind: "refresh_replayed", sessionId } });
const refused = { constructor: Unauthenticated, message: "Invalid refresh token" };

describe("rotation", () => {
  it("every use gives the next token, and the session stays the same", async () => {
    const session = await openApi();
    const first = await refreshSession(session.secret, client, after(second));
    const then = await refreshSession(first.refreshToken, client, after(2 * second));
    expect(first.actor).toEqual(session.actor);
    expect(then.actor).toEqual(session.actor);
    expect(new Set([session.secret, first.refreshToken, then.refreshToken]).size).toBe(3);
    expect(then.user).toMatchObject({ id: session.user.id });
  });

  it("a use moves the session's end by the token's life, never past the absolute limit", async () => {
    const session = await openApi();
    let token = session.secret;
    for (let days = 6; days <= 24; days += 6) {
      const refreshed = await refreshSession(token, client, after(days * day));
      token = refreshed.refreshToken;
      expect(refreshed.expiresAt).toEqual(after(Math.min(days + 7, 30) * day));
    }
    await expect(refreshSession(token, client, after(30 * day))).rejects.toMatchObject(refused);
  });

  it("twenty parallel uses are given one and the same next token, and the session lives", async () => {
    const session = await openApi();
    const uses = Array.from({ length: 20 }, () => refreshSession(session.secret, client, after(second)));
    const given = await Promise.all(uses);
    expect(new Set(given.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(new Set(given.map(({ expiresAt }) => expiresAt.getTime())).size).toBe(1);
    for (const { actor } of given) expect(actor).toEqual(session.actor);
    expect(await findCallerBySession(session.actor.sessionId, after(second))).not.toBeNull();
    await expect(refreshSession(given[0]?.refreshToken ?? "", client, after(2 * second))).resolves.toBeDefined();
    expect(await replays(session.actor.sessionId)).toEqual([]);
  });

  it("the next token is not to be had without the server's key, nor from another session's", async () => {
    const session = await openApi();
    const { refreshToken } = await refreshSession(session.secret, client, after(0));
    expect(refreshToken).toMatch(/^[\w-]{43}$/);
    expect(refreshToken).not.toBe(createHash("sha256").update(session.secret).digest("base64url"));
    const other = await openApi();
    await db().session.update({ where: { id: other.actor.sessionId }, data: { refreshHash: hashSecret("given") } });
    const ofOther = await refreshSession("given", client, after(0));
    await db().usedRefreshToken.deleteMany();
    await db().session.update({ where: { id: session.actor.sessionId }, data: { refreshHash: hashSecret("given") } });
    expect((await refreshSession("given", client, after(0))).refreshToken).not.toBe(ofOther.refreshToken);
  });
});

describe("a used token", () => {
  it("is answered with its successor again for 60 seconds, while that is unused; nothing moves by it", async () => {
    const session = await openApi();
    const next = await refreshSession(session.secret, client, after(0));
    const row = () => db().session.findUniqueOrThrow({ where: { id: session.actor.sessionId } });
    const before = await row();
    for (const milliseconds of [0, 1, 10 * second, 60 * second]) {
      const again = await refreshSession(session.secret, client, after(milliseconds));
      expect([again.refreshToken, again.expiresAt]).toEqual([next.refreshToken, next.expiresAt]);
      expect([again.actor, again.user.id]).toEqual([session.actor, session.user.id]);
    }
    expect(await row()).toEqual(before);
    await expect(refreshSession(next.refreshToken, client, after(61 * second))).resolves.toBeDefined();
    expect(await replays(session.actor.sessionId)).toEqual([]);
  });

  it.each([
    ["the last one, after 60 seconds, although its successor is unused", 2, 60 * second + 1],
    ["the last but one, whose successor was used", 1, 0],
    ["the first of all", 0, 0],
  ])("%s, ends the whole session and is recorded", async (_name, generation, late) => {
    const session = await openApi();
    const sibling = await openSession(session.user, { via: "bearer" }, opened);
    const browser = await openSession(session.user, { via: "cookie", remembered: true }, opened);
    const tokens = [session.secret];
    for (let use = 0; use < 3; use++)
      tokens.push((await refreshSession(tokens[use] ?? "", client, after(use * second))).refreshToken);
    const replayed = after(2 * second + late);

    const thief = { address: "203.0.113.66", userAgent: "curl" };
    await expect(refreshSession(tokens[generation] ?? "", thief, replayed)).rejects.toMatchObject(refused);
    expect(await findCallerBySession(session.actor.sessionId, replayed)).toBeNull();
    await expect(refreshSession(tokens[3] ?? "", client, replayed)).rejects.toMatchObject(refused);
    expect(await replays(session.actor.sessionId)).toMatchObject([
      { userId: session.user.id, address: thief.address, userAgent: thief.userAgent },
    ]);

    expect(await findCallerBySession(sibling.actor.sessionId, replayed)).not.toBeNull();
    expect(await findCallerByIdentifier(browser.secret, replayed)).not.toBeNull();
    await expect(refreshSession(sibling.secret, client, replayed)).resolves.toBeDefined();
  });

  it("is answered with the same one after the secret was changed and the old one kept beside it", async () => {
    const old = "an earlier secret of this server, of 32 characters and more";
    const session = await openApi();
    const next = await withSettingsAndDatabase({ SESSION_SECRET: old }, () =>
      refreshSession(session.secret, client, after(0)),
    );
    const rotated = { SESSION_SECRET: `a newer secret of this server, of 32 characters and more,${old}` };
    await withSettingsAndDatabase(rotated, async () => {
      const again = await refreshSession(session.secret, client, after(second));
      expect(again.refreshToken).toBe(next.refreshToken);
      await expect(refreshSession(next.refreshToken, client, after(2 * second))).resolves.toBeDefined();
    });
  });

  it("is neither good nor theft while the clock has been put back by more than that", async () => {
    const session = await openApi();
    const next = await refreshSession(session.secret, client, after(0));
    await expect(refreshSession(session.secret, client, after(-3600 * second))).rejects.toMatchObject(refused);
    const again = await refreshSession(session.secret, client, after(-second));
    expect(again.refreshToken).toBe(next.refreshToken);
    expect(await replays(session.actor.sessionId)).toEqual([]);
  });

  it.each([
    ["signed out", (id: string) => db().session.delete({ where: { id } })],
    ["over", (id: string) => db().session.update({ where: { id }, data: { expiresAt: after(second) } })],
    [
      "of a disabled account",
      (id: string) => db().session.update({ where: { id }, data: { user: { update: { isActive: false } } } }),
    ],
  ])("is refused when its session is %s", async (_name, happens) => {
    const session = await openApi();
    await refreshSession(session.secret, client, after(0));
    await happens(session.actor.sessionId);
    await expect(refreshSession(session.secret, client, after(2 * second))).rejects.toMatchObject(refused);
    expect(await replays(session.actor.sessionId)).toEqual([]);
  });
});

describe("refusal", () => {
  it.each([
    ["an unknown token", () => randomBytes(32).toString("base64url")],
    ["an empty one", () => ""],
    ["a session's id", (session: { actor: { sessionId: string } }) => session.actor.sessionId],
    ["one with a character more", ({ secret }: { secret: string }) => `${secret}A`],
    ["one in other case", ({ secret }: { secret: string }) => secret.toLowerCase()],
  ])("%s", async (_name, token) => {
    const session = await openApi();
    await expect(refreshSession(token(session), client, after(second))).rejects.toMatchObject(refused);
    await expect(refreshSession(session.secret, client, after(second))).resolves.toBeDefined();
  });

  it("an expired token", async () => {
    const { secret } = await openApi();
    await expect(refreshSession(secret, client, after(7 * day))).rejects.toMatchObject(refused);
  });

  it("the token of a disabled account", async () => {
    const { user, secret } = await openApi();
    await db().user.update({ where: { id: user.id }, data: { isActive: false } });
    await expect(refreshSession(secret, client, after(second))).rejects.toMatchObject(refused);
  });

  it("the 61st use in a minute, which does not use the token up", async () => {
    const session = await openApi();
    let token = session.secret;
    for (let use = 0; use < 60; use++) token = (await refreshSession(token, client, after(use))).refreshToken;
    await expect(refreshSession(token, client, after(100))).rejects.toBeInstanceOf(RateLimited);
    const other = await openSession(session.user, { via: "bearer" }, opened);
    await expect(refreshSession(other.secret, client, after(100))).resolves.toBeDefined();
    await db().rateLimit.updateMany({ data: { resetsAt: new Date() } });
    await expect(refreshSession(token, client, after(20 * second))).resolves.toMatchObject({ actor: session.actor });
  });

  it("the 61st use, of whichever kind: each is counted once, and one too many ends nothing", async () => {
    const session = await openApi();
    await Promise.all(Array.from({ length: 20 }, () => refreshSession(session.secret, client, after(second))));
    const key = `refresh:session:${createHash("sha256").update(session.actor.sessionId).digest("base64url")}`;
    expect((await db().rateLimit.findUniqueOrThrow({ where: { key } })).points).toBe(20);
    for (let use = 20; use < 60; use++) await refreshSession(session.secret, client, after(use));
    await expect(refreshSession(session.secret, client, after(second))).rejects.toBeInstanceOf(RateLimited);
    expect(await replays(session.actor.sessionId)).toEqual([]);
    await db().rateLimit.updateMany({ data: { resetsAt: new Date() } });
    await expect(refreshSession(session.secret, client, after(second))).resolves.toBeDefined();
  });

  it("the token of a session that ends in the same moment", async () => {
    const session = await openApi();
    const [, refresh] = await Promise.allSettled([
      db().session.deleteMany({ where: { id: session.actor.sessionId } }),
      refreshSession(session.secret, client, after(second)),
    ]);
    if (refresh.status === "rejected") expect(refresh.reason).toMatchObject(refused);
    expect(await findCallerBySession(session.actor.sessionId, after(second))).toBeNull();
    expect(await db().usedRefreshToken.count({ where: { sessionId: session.actor.sessionId } })).toBe(0);
  });
});

describe("a session that keeps its token", () => {
  const openKeeping = async () => openSession(await newUser(), { via: "bearer", rotates: false }, opened);

  it("answers the same one at every use, until 30 days after its opening, which no use moves", async () => {
    const session = await openKeeping();
    for (const days of [1, 15, 29]) {
      const refreshed = await refreshSession(session.secret, client, after(days * day));
      expect(refreshed).toMatchObject({
        actor: session.actor,
        refreshToken: session.secret,
        expiresAt: after(30 * day),
      });
      expect(await findCallerBySession(session.actor.sessionId, after(days * day))).not.toBeNull();
    }
    await expect(refreshSession(session.secret, client, after(30 * day))).rejects.toMatchObject(refused);
    expect(await findCallerBySession(session.actor.sessionId, after(30 * day))).toBeNull();
  });

  it("needs no use to live until then", async () => {
    const session = await openKeeping();
    await expect(refreshSession(session.secret, client, after(30 * day - second))).resolves.toBeDefined();
  });

  it("takes parallel uses, writes down where it is used, and counts them", async () => {
    const session = await openKeeping();
    const there = { address: "203.0.113.9", userAgent: "axios" };
    const uses = await Promise.all(
      Array.from({ length: 20 }, () => refreshSession(session.secret, there, after(second))),
    );
    expect(new Set(uses.map(({ refreshToken }) => refreshToken))).toEqual(new Set([session.secret]));
    const row = await db().session.findUniqueOrThrow({ where: { id: session.actor.sessionId } });
    expect(row).toMatchObject({ ...there, lastSeenAt: after(second), rotates: false });
    for (let use = 20; use < 60; use++) await refreshSession(session.secret, there, after(second));
    await expect(refreshSession(session.secret, there, after(second))).rejects.toBeInstanceOf(RateLimited);
  });

  it("is refused once its account is disabled, and once it is over", async () => {
    const session = await openKeeping();
    await db().user.update({ where: { id: session.user.id }, data: { isActive: false } });
    await expect(refreshSession(session.secret, client, after(second))).rejects.toMatchObject(refused);
    await db().user.update({ where: { id: session.user.id }, data: { isActive: true } });
    await db().session.delete({ where: { id: session.actor.sessionId } });
    await expect(refreshSession(session.secret, client, after(second))).rejects.toMatchObject(refused);
  });

  it("that ends in the same moment brings no token that works", async () => {
    const session = await openKeeping();
    const [, refresh] = await Promise.allSettled([
      db().session.deleteMany({ where: { id: session.actor.sessionId } }),
      refreshSession(session.secret, client, after(second)),
    ]);
    if (refresh.status === "rejected") expect(refresh.reason).toMatchObject(refused);
    expect(await findCallerBySession(session.actor.sessionId, after(second))).toBeNull();
  });

  it("rotates from the next use on where there are no such sessions", async () => {
    const session = await openKeeping();
    await withSettingsAndDatabase({ API_V1: "off" }, async () => {
      const elsewhere = await import("~/identity/domain/sessions/refresh-tokens.server");
      const refreshed = await elsewhere.refreshSession(session.secret, client, after(second));
      expect(refreshed.refreshToken).not.toBe(session.secret);
      expect(refreshed.expiresAt).toEqual(after(7 * day + second));
    });
    await expect(refreshSession(session.secret, client, after(62 * second))).rejects.toMatchObject(refused);
  });
});

it("an unknown name in the table of used tokens ends no session", async () => {
  const session = await openApi();
  await expect(refreshSession(randomUUID(), client, after(60 * second))).rejects.toMatchObject(refused);
  expect(await findCallerBySession(session.actor.sessionId, after(60 * second))).not.toBeNull();
});
