import { troubleOf } from "~/core/data/unavailable.server";
import { Unavailable } from "~/core/errors";
import { noteTrouble } from "./trouble-log.server";

/**
 * Turns an error that means that the database cannot be used just now into the domain's `Unavailable`, and logs it for
 * the operator.
 *
 * @returns null for every other error
 */
export function asUnavailable(error: unknown): Unavailable | null {
  if (error instanceof Unavailable) return error;
  const trouble = troubleOf(error);
  if (!trouble) return null;
  noteTrouble(trouble);
  return new Unavailable(undefined, { cause: error });
}
