import { z } from "zod";

/** Length as people count it: Unicode code points, so that an emoji of one code point is one and not two. */
export const codePoints = (value: string): number => {
  let count = 0;
  for (const _ of value) count++;
  return count;
};

/**
 * Text that every part of the program can hold: PostgreSQL cannot store U+0000, and a lone surrogate would come back
 * as U+FFFD from either database, so what was acknowledged would not be what was kept.
 */
export const storable = (value: string) => value.isWellFormed() && !value.includes("\u0000");

/** Text to be stored: trimmed, line ends as "\n", at most `most` code points. */
export const storedText = (label: string, most: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${label} is required` : `${label} must be text`) })
    .overwrite((value) => value.replace(/\r\n?/g, "\n").trim())
    .refine(storable, `${label} contains characters that cannot be stored`)
    .refine((value) => codePoints(value) <= most, `${label} must be at most ${most.toLocaleString("en")} characters`);
