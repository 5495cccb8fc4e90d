import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { NotFound } from "~/core/errors";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { hashSecret } from "~/core/secrets.server";
import { listSessions } from "~/identity/domain/sessions/session-list.server";
import {
  endSession,
  findCallerByIdentifier,
  findCallerBySession,
  noteUse,
  renewIdentifier,
  revokeOtherSessions,
  revokeSession,
} from "~/identity/domain/sessions/sessions.server";
import { removeExpired } from "~/services/upkeep/upkeep.server";
import { dumpDatabase } from "../../../../support/dump";
import { client, newUser, openSession } from "../../../../support/people";

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const opened = new Date("2026-03-01T12:00:00.000Z");
const after = (milliseconds: number) => new Date(opened.getTime() + milliseconds);

const remembered = { via: "cookie", remembered: true } as const;
const unremembered = { via: "cookie", remembered: false } as const;
const bearer = { via: "bearer" } as const;

const eventsOf = (userId: string) =>
  db().auditEvent.findMany({ where: { userId }, select: { kind: true, sessionId: true, address: true } });

/** The caller at a moment, who must be there. */
async function callerAt(secret: string, moment: Date) {
  const caller = await findCallerByIdentifier(secret, moment);
  if (!caller) throw new Error(`signed out at ${moment.toISOString()}`);
  return caller;
}

describe("limits in time", () => {
  it("a remembered session that is not used ends after 7 days", async () => {
    const { secret } = await openSession(await newUser(), remembered, opened);
    expect(await findCallerByIdentifier(secret, after(7 * day - 1))).not.toBeNull();
    expect(await findCallerByIdentifier(secret, after(7 * day))).toBeNull();
  });

  it("a session that is not remembered ends after 24 hours, used or not", async () => {
    const { secret } = await openSession(await newUser(), unremembered, opened);
    for (const moment of [after(12 * hour), after(day - 1)])
      expect(await noteUse(await callerAt(secret, moment), client, moment)).toBeNull();
    expect(await findCallerByIdentifier(secret, after(day))).toBeNull();
  });

  it("use moves the idle limit, at most once in 24 hours", async () => {
    const { secret } = await openSession(await newUser(), remembered, opened);
    const use = async (moment: Date) => noteUse(await callerAt(secret, moment), client, moment);
    expect(await use(after(day - 1))).toBeNull();
    expect((await callerAt(secret, after(day - 1))).expiresAt).toEqual(after(7 * day));
    expect(await use(after(day))).toEqual(after(8 * day));
    expect(await use(after(2 * day - 1))).toBeNull();
    expect(await use(after(2 * day))).toEqual(after(9 * day));
    expect(await findCallerByIdentifier(secret, after(9 * day - 1))).not.toBeNull();
    expect(await findCallerByIdentifier(secret, after(9 * day))).toBeNull();
  });

  it("use never moves the idle limit past 30 days", async () => {
    const { secret } = await openSession(await newUser(), remembered, opened);
    for (let days = 5; days < 30; days += 5)
      await noteUse(await callerAt(secret, after(days * day)), client, after(days * day));
    expect((await callerAt(secret, after(29 * day))).expiresAt).toEqual(after(30 * day));
    expect(await noteUse(await callerAt(secret, after(29 * day)), client, after(29 * day))).toEqual(after(30 * day));
    expect(await findCallerByIdentifier(secret, after(30 * day - 1))).not.toBeNull();
    expect(await findCallerByIdentifier(secret, after(30 * day))).toBeNull();
  });

  it("an API session ends when its refresh token does", async () => {
    const { actor, expiresAt } = await openSession(await newUser(), bearer, opened);
    expect(expiresAt).toEqual(after(7 * day));
    expect(await findCallerBySession(actor.sessionId, after(7 * day - 1))).not.toBeNull();
    expect(await findCallerBySession(actor.sessionId, after(7 * day))).toBeNull();
  });

  it("last use is noted, though not at every request", async () => {
    const { secret } = await openSession(await newUser(), remembered, opened);
    await noteUse(await callerAt(secret, after(1000)), client, after(1000));
    expect((await callerAt(secret, after(1000))).lastSeenAt).toEqual(opened);
    await noteUse(await callerAt(secret, after(hour)), { address: "203.0.113.9", userAgent: "" }, after(hour));
    const caller = await callerAt(secret, after(hour));
    expect(caller.lastSeenAt).toEqual(after(hour));
    expect(await listSessions(caller.actor, after(hour))).toMatchObject([{ address: "203.0.113.9" }]);
  });
});

describe("two ways in", () => {
  it("a browser's session is none of the API's, and the other way round", async () => {
    const user = await newUser();
    const [browser, program] = [await openSession(user), await openSession(user, bearer)];
    expect(await findCallerBySession(browser.actor.sessionId)).toBeNull();
    expect(await findCallerByIdentifier(program.secret)).toBeNull();
    await expect(refreshSession(browser.secret, client)).rejects.toMatchObject({ message: "Invalid refresh token" });
  });

  it("only the hash of a secret is in the database", async () => {
    const user = await newUser();
    const [browser, program] = [await openSession(user), await openSession(user, bearer)];
    const refreshed = await refreshSession(program.secret, client);
    const everything = await dumpDatabase(config().databaseUrl);
    for (const { secret } of [browser, program, { secret: refreshed.refreshToken }]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(everything).toContain(hashSecret(secret));
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret, "base64url").toString("hex"));
      expect(everything).not.toContain(Buffer.from(secret, "base64url").toString("base64"));
    }
  });
});

it("no number of sessions is too many: the next one ends none", async () => {
  const user = await newUser();
  const sessions = [];
  for (let count = 0; count < 30; count++)
    sessions.push(await openSession(user, count % 2 ? remembered : unremembered));
  for (const { secret } of sessions) expect(await findCallerByIdentifier(secret)).not.toBeNull();
});

describe("renewIdentifier", () => {
  it("replaces the identifier: the old one is dead, and the session is the same", async () => {
    const user = await newUser();
    const [here, there] = [await openSession(user), await openSession(user)];
    const fresh = await renewIdentifier(here.actor, here.secret);
    expect(fresh).toMatch(/^[\w-]{43}$/);
    const later = (seconds: number) => new Date(Date.now() + seconds * 1000);
    expect(await findCallerByIdentifier(here.secret, later(5))).toMatchObject({ actor: here.actor, superseded: true });
    expect(await findCallerByIdentifier(here.secret, later(11))).toBeNull();
    expect((await findCallerByIdentifier(fresh ?? ""))?.actor).toEqual({ ...here.actor, lastTaskNumber: 0 });
    expect(await findCallerByIdentifier(there.secret)).not.toBeNull();
  });

  it("of parallel requests gives one a new identifier, which stays good", async () => {
    const { actor, secret } = await openSession(await newUser());
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => renewIdentifier(actor, secret)));
    const given = outcomes.filter((fresh) => fresh !== null);
    expect(given).toHaveLength(1);
    expect(await findCallerByIdentifier(given[0] ?? "")).not.toBeNull();
  });

  it("brings back no session that is over, and touches nobody else's", async () => {
    const [mine, other] = [await openSession(await newUser()), await openSession(await newUser())];
    expect(await renewIdentifier(mine.actor, other.secret)).toBeNull();
    expect(await renewIdentifier({ ...other.actor, userId: mine.user.id }, other.secret)).toBeNull();
    expect(await findCallerByIdentifier(other.secret)).not.toBeNull();
    await endSession(mine.actor, client);
    expect(await renewIdentifier(mine.actor, mine.secret)).toBeNull();
    expect(await db().session.count({ where: { userId: mine.user.id } })).toBe(0);
  });
});

describe("ending sessions", () => {
  it("signing out ends the session at once, and only that one", async () => {
    const user = await newUser();
    const [here, there] = [await openSession(user), await openSession(user)];
    await endSession(here.actor, client);
    expect(await findCallerByIdentifier(here.secret)).toBeNull();
    expect(await findCallerByIdentifier(there.secret)).not.toBeNull();
    expect(await eventsOf(user.id)).toEqual([
      { kind: "sign_out", sessionId: here.actor.sessionId, address: client.address },
    ]);
  });

  it("another session of the account can be ended, of either kind", async () => {
    const user = await newUser();
    const here = await openSession(user);
    const [browser, program] = [await openSession(user), await openSession(user, bearer)];
    await revokeSession(here.actor, browser.actor.sessionId, client);
    await revokeSession(here.actor, program.actor.sessionId, client);
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    expect(await findCallerBySession(program.actor.sessionId)).toBeNull();
    await expect(refreshSession(program.secret, client)).rejects.toMatchObject({ message: "Invalid refresh token" });
    expect(await findCallerByIdentifier(here.secret)).not.toBeNull();
    expect((await eventsOf(user.id)).map(({ kind }) => kind)).toEqual(["session_revoked", "session_revoked"]);
  });

  it("another user's session cannot be ended", async () => {
    const owner = await openSession(await newUser());
    const intruder = await openSession(await newUser());
    const attempt = revokeSession(intruder.actor, owner.actor.sessionId, client);
    await expect(attempt).rejects.toBeInstanceOf(NotFound);
    expect(await findCallerByIdentifier(owner.secret)).not.toBeNull();
    expect(await eventsOf(intruder.user.id)).toEqual([]);
  });

  it("a session that is gone, or never was, is not found", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    const gone = await openSession(user);
    await endSession(gone.actor, client);
    for (const id of [gone.actor.sessionId, randomUUID(), "", "' OR 1=1 --"])
      await expect(revokeSession(actor, id, client)).rejects.toBeInstanceOf(NotFound);
  });

  it("all others can be ended at once, and no other user's are", async () => {
    const user = await newUser();
    const here = await openSession(user);
    const others = [await openSession(user), await openSession(user, bearer), await openSession(user, unremembered)];
    const stranger = await openSession(await newUser());
    await revokeOtherSessions(here.actor, client);
    expect((await db().session.findMany({ where: { userId: user.id } })).map(({ id }) => id)).toEqual([
      here.actor.sessionId,
    ]);
    expect(await findCallerByIdentifier(others[0]?.secret ?? "")).toBeNull();
    expect(await findCallerByIdentifier(stranger.secret)).not.toBeNull();
    expect((await eventsOf(user.id)).map(({ kind }) => kind)).toEqual(["other_sessions_revoked"]);
  });
});

describe("listSessions", () => {
  it("shows the actor's open sessions, the current one first, then by last use", async () => {
    const user = await newUser();
    const from = (userAgent: string) => ({ address: "203.0.113.7", userAgent });
    const here = await openSession(user, remembered, after(0), from("here"));
    await openSession(user, bearer, after(2 * hour), from("latest"));
    await openSession(user, unremembered, after(hour), from("earlier"));
    await openSession(user, unremembered, after(-day), from("ended"));
    await openSession(await newUser(), remembered, after(0), from("stranger"));
    const list = await listSessions(here.actor, after(3 * hour));
    expect(list.map(({ userAgent, via, current }) => [userAgent, via, current])).toEqual([
      ["here", "cookie", true],
      ["latest", "bearer", false],
      ["earlier", "cookie", false],
    ]);
    expect(list[0]).toMatchObject({ address: "203.0.113.7", createdAt: after(0), lastSeenAt: after(0) });
  });
});

describe("removeExpired", () => {
  it("removes ended sessions with their used tokens, and counters whose window is over, and nothing else", async () => {
    const user = await newUser();
    const now = after(40 * day);
    const ended = await openSession(user, bearer, opened);
    await refreshSession(ended.secret, client, after(hour));
    const open = await openSession(user, remembered, after(39 * day));
    await db().rateLimit.createMany({
      data: [
        { key: "over", points: 3, resetsAt: now },
        { key: "running", points: 3, resetsAt: new Date(now.getTime() + 1) },
      ],
    });
    await removeExpired(now);
    const left = await db().session.findMany({ where: { userId: user.id } });
    expect(left.map(({ id }) => id)).toEqual([open.actor.sessionId]);
    expect(await db().usedRefreshToken.count({ where: { sessionId: ended.actor.sessionId } })).toBe(0);
    const counters = await db().rateLimit.findMany({ where: { key: { in: ["over", "running"] } } });
    expect(counters.map(({ key }) => key)).toEqual(["running"]);
    expect(await db().user.count({ where: { id: user.id } })).toBe(1);
  });

  it("removes personal access tokens whose time is over, and no others", async () => {
    const { id: userId } = await newUser();
    const token = (name: string, expiresAt: Date) => {
      const id = randomUUID();
      return { id, userId, name, hash: id, ending: "abcd", scopes: "tasks:read", createdAt: opened, expiresAt };
    };
    const now = after(day);
    await db().personalToken.createMany({ data: [token("over", now), token("good", after(day + 1))] });
    await removeExpired(now);
    expect(await db().personalToken.findMany({ where: { userId }, select: { name: true } })).toEqual([
      { name: "good" },
    ]);
  });
});
