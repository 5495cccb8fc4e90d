import { isMissingRow } from "~/core/data/db.server";
import { NotFound } from "~/core/errors";
import { peekToken, type OneTimeToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";

/** Links in mail. A link's page can be opened any number of times; sending its form spends the link. */

/** The error for a link that was used, has expired, or never existed. */
export const deadLink = () => new NotFound("It was used already, or it is too old.");

/** The contents of a link: an account and the address that it was sent to. */
export type Link = OneTimeToken & { userId: string; email: string };

const isLink = (token: OneTimeToken | null): token is Link =>
  token !== null && token.userId !== null && token.email !== null;

/**
 * Looks a link up without spending it.
 *
 * @throws {NotFound} if it is not valid (any more)
 */
export async function requireLink(purpose: TokenPurpose, secret: string, now = new Date()): Promise<Link> {
  const token = await peekToken(purpose, secret, now);
  if (!isLink(token)) throw deadLink();
  return token;
}

/**
 * Runs a transaction that spends a link with `spendingToken`. Of any number of concurrent attempts one succeeds; the
 * others fail without effect.
 *
 * @throws {NotFound} if a row that it needs does not exist (any more)
 */
export async function orDeadLink(transaction: Promise<unknown>): Promise<void> {
  try {
    await transaction;
  } catch (error) {
    throw isMissingRow(error) ? deadLink() : error;
  }
}
