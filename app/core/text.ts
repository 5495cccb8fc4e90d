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

/**
 * What nobody sees: spaces, controls, what Unicode tells programs to draw as nothing (the Hangul fillers among it), and
 * signs that are drawn empty though they count as symbols, letters or marks (braille, music, Egyptian and Khitan blanks).
 */
const unseen = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}]|\u{16fe4}/gu;

/** Is there anything to see in a text? */
export const isVisible = (value: string): boolean => value.replace(unseen, "") !== "";

/** The one form that a text is stored in, of all that look the same (Unicode Standard Annex 15, form C). */
export const canonical = (value: string): string => value.normalize("NFC");

/**
 * The form in which texts are compared and looked for: without case, and alike for signs that differ in form alone
 * (Unicode Standard, section 3.13, as its NFKC_Casefold, for every language the same). In upper case and back, "ß" is
 * "ss" and the dotless "ı" an "i"; the dot that "İ" leaves over its "i" goes, and a final sigma is a sigma. Marks such as
 * accents and umlauts stay: they make another letter.
 */
export const foldText = (value: string): string =>
  value
    .normalize("NFKD")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .replaceAll("ς", "σ")
    .normalize("NFKC");

/** Text to be stored: trimmed, line ends as "\n", in its canonical form, then at most `most` code points. */
export const storedText = (label: string, most: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${label} is required` : `${label} must be text`) })
    .overwrite((value) => canonical(value).replace(/\r\n?/g, "\n").trim())
    .refine(storable, `${label} contains characters that cannot be stored`)
    .refine((value) => codePoints(value) <= most, `${label} must be at most ${most.toLocaleString("en")} characters`);

/**
 * The same for what something is called by: something of it can be seen.
 *
 * @param missing - what is said of a text without anything to see
 */
export const visibleText = (label: string, most: number, missing: string) =>
  storedText(label, most).refine(isVisible, missing);
