import { randomUUID } from "node:crypto";
import { expect, it, vi } from "vitest";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { requireApiCaller } from "~/web/guards.server";
import { db } from "~/core/data/db.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import type { SessionActor } from "~/core/actor";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { findCallerByIdentifier, noteUse } from "~/identity/domain/sessions/sessions.server";
import { newUser, openSession, password } from "../../../../support/people";

const home = "2001:db8:1:2::7";
const from = (address: string) => ({ address, userAgent: "script/1" });

async function apiSession() {
  const user = await newUser();
  const session = await signIn({ email: user.email, password }, { via: "bearer" }, from(home));
  const token = await signAccessToken(session.actor, user);
  /** A request with the access token. */
  const use = (address: string) =>
    requireApiCaller({
      request: new Request("http://localhost/", { headers: { Authorization: `Bearer ${token}` } }),
      context: { client: from(address), answerHeaders: new Headers() } as never,
    });
  return { user, session, use };
}

const eventsOf = async ({ sessionId }: SessionActor) =>
  (
    await db().auditEvent.findMany({
      where: { sessionId, kind: "token_used_from_new_address" },
      orderBy: { at: "asc" },
    })
  ).map(({ address }) => address);

it("a token that is used where its session has not been used is in the log, once for each network", async () => {
  const { session, use } = await apiSession();
  for (const address of [home, "2001:db8:1:2:ffff::1"]) await use(address);
  expect(await eventsOf(session.actor)).toEqual([]);
  for (const address of ["203.0.113.9", "203.0.113.9", home, "203.0.113.9", "203.0.113.10"]) await use(address);
  expect(await eventsOf(session.actor)).toEqual(["203.0.113.9", "203.0.113.10"]);
});

it("neither a process that knows nothing of it nor many requests at once write it again", async () => {
  const { session, use } = await apiSession();
  await Promise.all(Array.from({ length: 8 }, () => use("203.0.113.9")));
  expect(await eventsOf(session.actor)).toEqual(["203.0.113.9"]);
  vi.resetModules();
  const { noticeAddress } = await import("~/identity/domain/sessions/token-use.server");
  const { openDatabase, closeDatabase } = await import("~/core/data/db.server");
  await openDatabase();
  await noticeAddress(session.actor, home, from("203.0.113.9"));
  await noticeAddress(session.actor, "203.0.113.9", from(home));
  await closeDatabase();
  expect(await eventsOf(session.actor)).toEqual(["203.0.113.9"]);
});

it("a refresh token's use counts, and its next use from there is nothing new", async () => {
  const { session, use } = await apiSession();
  const next = await refreshSession(session.secret, from("203.0.113.9"));
  expect(await eventsOf(session.actor)).toEqual(["203.0.113.9"]);
  await use("203.0.113.9");
  await refreshSession(next.refreshToken, from(home));
  expect(await eventsOf(session.actor)).toEqual(["203.0.113.9"]);
});

it("each session has its own networks", async () => {
  const [one, two] = [await apiSession(), await apiSession()];
  for (const { use } of [one, two]) await use("203.0.113.9");
  expect([await eventsOf(one.session.actor), await eventsOf(two.session.actor)]).toEqual([
    ["203.0.113.9"],
    ["203.0.113.9"],
  ]);
});

it("an end to what one session can write: after two hundred networks no more is news", async () => {
  const { session, use, user } = await apiSession();
  await db().auditEvent.createMany({
    data: Array.from({ length: 199 }, (_, index) => ({
      ...{ id: randomUUID(), at: new Date(), kind: "token_used_from_new_address", userId: user.id },
      ...{ sessionId: session.actor.sessionId, address: `198.18.0.${index}` },
    })),
  });
  await use("203.0.113.9");
  expect(await eventsOf(session.actor)).toHaveLength(199);
});

it("a browser moves between networks without an event", async () => {
  const session = await openSession(await newUser(), { via: "cookie", remembered: false }, new Date(), from(home));
  const caller = await findCallerByIdentifier(session.secret);
  if (!caller) throw new Error("signed out");
  await noteUse(caller, from("203.0.113.9"));
  expect(await eventsOf(session.actor)).toEqual([]);
});
