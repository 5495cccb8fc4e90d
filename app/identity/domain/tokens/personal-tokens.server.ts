import { accountColumns, holderOf, userOf, type AccountRow } from "~/identity/domain/account/account-row.server";
import { db, isMissingRow, isUniqueViolation } from "~/core/data/db.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { queueingNotice } from "~/identity/domain/account/notice.server";
import { personalToken, type Actor, type Client, type PersonalToken, type User } from "~/core/actor";
import { addDays, startOfLocalDay } from "~/core/time/day";
import { Invalid, InvalidToken, NotFound } from "~/core/errors";
import { waitBriefly } from "~/core/wait-briefly.server";
import { mailQueued } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { bySession, permitted } from "~/services/permission/permission.server";
import { hashSecret } from "~/core/secrets.server";
import { noticeAddress } from "~/identity/domain/sessions/token-use.server";
import { isPersonalToken, newPersonalToken, tokenEnding } from "./personal-token";
import { mostTokens, scopes, type Scope } from "~/core/scopes";

/**
 * Personal access tokens, for a person's own programs: with fewer rights than a session and without refresh. The row is
 * the only authority and is read at every use.
 */
export type TokenEntry = Readonly<{
  id: string;
  name: string;
  ending: string;
  scopes: readonly Scope[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  address: string | null;
}>;

const day = 24 * 60 * 60 * 1000;

/** When a token expires: after a number of days, or at the end of a day. */
export const tokenEnd = (lifetime: { days: number } | { day: string }, now = new Date()): Date =>
  "days" in lifetime ? new Date(now.getTime() + lifetime.days * day) : startOfLocalDay(addDays(lifetime.day, 1));

/**
 * Creates a token.
 *
 * @param input.id - a UUID that the form generated, so that a form which is sent twice creates one token
 * @param input.expiresAt - at most some 366 days from now
 * @returns the token, which is never shown again; null if this form has already created its token
 * @throws {Invalid} if the account has 50 already
 * @throws {SignedOut} if the session is over
 */
export async function createToken(
  actor: Actor,
  input: { id: string; name: string; scopes: readonly Scope[]; expiresAt: Date },
  client: Client,
): Promise<string | null> {
  const { userId } = actor;
  const now = new Date();
  await db().personalToken.deleteMany({ where: { userId, expiresAt: { lte: now } } });
  if ((await db().personalToken.count({ where: { userId } })) >= mostTokens)
    throw new Invalid([{ path: ["name"], message: `You have ${mostTokens} tokens. Revoke one first.` }]);
  const { email } = await getUser({ userId });
  const token = newPersonalToken();
  try {
    await permitted(bySession(actor), () => [
      db().personalToken.create({
        data: {
          id: input.id,
          userId,
          name: input.name,
          hash: hashSecret(token),
          ending: tokenEnding(token),
          scopes: input.scopes.join(" "),
          createdAt: now,
          expiresAt: input.expiresAt,
        },
      }),
      recording({ kind: "token_made", actor, client, detail: input.name }),
      ...queueingNotice({ id: userId, email }, "The API token {name} was made.", client, { name: input.name }),
    ]);
    mailQueued();
  } catch (error) {
    if (isUniqueViolation(error)) return null;
    throw error;
  }
  return token;
}

const toScopes = (text: string): Scope[] => scopes.filter((scope) => text.split(" ").includes(scope));

/** The actor's valid tokens, newest first. */
export async function listTokens({ userId }: Actor, now = new Date()): Promise<TokenEntry[]> {
  const rows = await db().personalToken.findMany({
    where: { userId, expiresAt: { gt: now } },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(({ id, name, ending, scopes, createdAt, expiresAt, lastUsedAt, address }) => ({
    id,
    name,
    ending,
    scopes: toScopes(scopes),
    createdAt,
    expiresAt,
    lastUsedAt,
    address,
  }));
}

/**
 * Revokes one of the actor's tokens: it is refused from the next request on.
 *
 * @throws {NotFound} if the actor has no token with that id
 * @throws {SignedOut} if the session is over
 */
export async function revokeToken(actor: Actor, tokenId: string, client: Client): Promise<void> {
  const { userId } = actor;
  const token = await db().personalToken.findFirst({ where: { id: tokenId, userId }, select: { name: true } });
  const gone = () => new NotFound("That token is gone already");
  if (!token) throw gone();
  try {
    await permitted(bySession(actor), () => [
      db().personalToken.delete({ where: { id: tokenId, userId }, select: { id: true } }),
      recording({ kind: "token_revoked", actor, client, detail: token.name }),
    ]);
  } catch (error) {
    throw isMissingRow(error) ? gone() : error;
  }
}

/** Who calls with a personal access token. */
export type TokenCaller = Readonly<{ actor: PersonalToken; user: User }>;

type Row = AccountRow & {
  id: string;
  scopes: string;
  expiresAt: Date;
  lastUsedAt: Date | null;
  address: string | null;
};

/**
 * Finds the caller by a personal access token, in one statement, and records its use from time to time.
 *
 * @throws {InvalidToken} if it is not valid (any more), or the account is disabled
 */
export async function findCallerByToken(token: string, client: Client, now = new Date()): Promise<TokenCaller> {
  if (!isPersonalToken(token)) throw new InvalidToken("malformed");
  const [row] = await db().$queryRaw<Row[]>`
    SELECT t.id, ${accountColumns}, t.scopes, t.expires_at AS "expiresAt",
           t.last_used_at AS "lastUsedAt", t.address
    FROM personal_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = ${hashSecret(token)}`;
  if (!row?.isActive) throw new InvalidToken("ended");
  if (row.expiresAt <= now) throw new InvalidToken("expired");
  const actor = personalToken({ ...holderOf(row), tokenId: row.id }, toScopes(row.scopes));
  await noteTokenUse(actor, row, client, now);
  return { actor, user: userOf(row) };
}

/** The precision of "last used", in milliseconds: a write for every request would be wasteful. */
const noteInterval = 10 * 60 * 1000;

async function noteTokenUse(
  actor: PersonalToken,
  { id, userId, address, lastUsedAt }: Row,
  client: Client,
  now: Date,
): Promise<void> {
  if (address !== null && address !== client.address) await waitBriefly(noticeAddress(actor, address, client));
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < noteInterval) return;
  await waitBriefly(
    db().personalToken.updateMany({ where: { id, userId }, data: { lastUsedAt: now, address: client.address } }),
  );
}
