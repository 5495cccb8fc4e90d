import { z } from "zod";

/** The length in Unicode code points, so that an emoji of one code point counts as one. */
export const codePoints = (value: string): number => {
  let count = 0;
  for (const _ of value) count++;
  return count;
};

/**
 * Whether both databases can store a text unchanged. PostgreSQL cannot store U+0000, and both databases return a lone
 * surrogate as U+FFFD.
 */
export const storable = (value: string) => value.isWellFormed() && !value.includes("\u0000");

/**
 * Characters that are not visible: spaces, controls, characters that Unicode tells programs not to draw (the Hangul
 * fillers among them), and blanks that count as symbols, letters or marks (braille, music, Egyptian and Khitan).
 */
const unseen = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}]|\u{16fe4}/gu;

/** Whether a text contains anything visible. */
export const isVisible = (value: string): boolean => value.replace(unseen, "") !== "";

/** The form in which texts are stored, the same for all texts that look alike (Unicode Standard Annex 15, form C). */
export const canonical = (value: string): string => value.normalize("NFC");

/**
 * The form in which texts are compared and searched: without case, and the same for characters that differ only in form
 * (Unicode Standard, section 3.13, like its NFKC_Casefold, the same for every language). Converting to upper case and
 * back turns "ß" into "ss" and the dotless "ı" into "i". The dot that "İ" leaves over its "i" is removed, and a final
 * sigma becomes a sigma. Accents and umlauts stay, because they make another letter.
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

/** Text to store: trimmed, line ends as "\n", in canonical form, then at most `most` code points. */
export const storedText = (label: string, most: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${label} is required` : `${label} must be text`) })
    .overwrite((value) => canonical(value).replace(/\r\n?/g, "\n").trim())
    .refine(storable, `${label} contains characters that cannot be stored`)
    .refine((value) => codePoints(value) <= most, `${label} must be at most ${most.toLocaleString("en")} characters`);

/**
 * Like `storedText`, for names: at least one character must be visible.
 *
 * @param missing - the message for a text without visible characters
 */
export const visibleText = (label: string, most: number, missing: string) =>
  storedText(label, most).refine(isVisible, missing);
