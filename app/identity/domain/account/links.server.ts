import { isMissingRow } from "~/core/data/db.server";
import { NotFound } from "~/core/errors";
import { peekToken, type OneTimeToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";

/** Links in mail. The page of one may be shown as often as one likes; its form spends it. */

/** The error of a link that was used, has ended, or never was. */
export const deadLink = () => new NotFound("It was used already, or it is too old.");

/** What a link is about: an account and the address that it was sent to. */
export type Link = OneTimeToken & { userId: string; email: string };

const isLink = (token: OneTimeToken | null): token is Link =>
  token !== null && token.userId !== null && token.email !== null;

/**
 * Looks a link up without spending it.
 *
 * @throws {NotFound} if it is not good (any more)
 */
export async function requireLink(purpose: TokenPurpose, secret: string, now = new Date()): Promise<Link> {
  const token = await peekToken(purpose, secret, now);
  if (!isLink(token)) throw deadLink();
  return token;
}

/**
 * Runs a transaction that spends a link with `spendingToken`: of any number at once one succeeds, and the others fail
 * with everything that belongs to them.
 *
 * @throws {NotFound} if a row that it needs is not there (any more)
 */
export async function orDeadLink(transaction: Promise<unknown>): Promise<void> {
  try {
    await transaction;
  } catch (error) {
    throw isMissingRow(error) ? deadLink() : error;
  }
}
