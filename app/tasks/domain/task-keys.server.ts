import { positionOf, Prisma } from "~/core/data/db.server";
import { foldText } from "~/core/text";

/** Looking for words in tasks, by the keys that stand beside their texts. */

/** Keys that an earlier version has made are in lower case and no more, until `refold.server.ts` is through with them. */
let mayBeOld = true;

/** For whoever knows that no key of an earlier version is left. */
export function forgetOldKeys(): void {
  mayBeOld = false;
}

/** The condition of the tasks that hold a text in title or description, without regard to case. */
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
