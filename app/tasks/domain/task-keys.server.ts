import { positionOf, Prisma } from "~/core/data/db.server";
import { foldText } from "~/core/text";

/** Searches tasks by the folded keys that are stored beside their texts. */

/**
 * Keys from an earlier version are only in lower case and not folded, until `refold.server.ts` has converted them all.
 */
let mayBeOld = true;

/** Tells the search that no key of an earlier version is left. */
export function forgetOldKeys(): void {
  mayBeOld = false;
}

/** The condition for the tasks whose title or description contains a text, ignoring case. */
export function containing(text: string): Prisma.Sql {
  const folded = foldText(text);
  const needles = mayBeOld ? [...new Set([folded, text.toLowerCase()])] : [folded];
  const places = needles.flatMap((needle) => [
    positionOf(Prisma.sql`title_key`, needle),
    positionOf(Prisma.sql`description_key`, needle),
  ]);
  return Prisma.sql`(${Prisma.join(
    places.map((place) => Prisma.sql`${place} > 0`),
    " OR ",
  )})`;
}
