/** Codes as people type and paste them, and programs send them: one reading for every place that takes one. */

/**
 * What is none of a code but comes along with it: spaces and dashes of every kind, which make it readable, and what cannot
 * be seen, which comes out of mails, documents and password managers. A Japanese keyboard's dash is a letter's mark, and
 * the braille blank counts as a symbol.
 */
const besideCode = /[\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Pd}\u02d7\u2043\u2212\u2800\u30fc]/gu;

/** A code without what comes along with it, its digits and letters in their plain form (NFKC) and small. */
export const compactCode = (code: string): string => code.normalize("NFKC").replace(besideCode, "").toLowerCase();

/** 32 signs, without those that are taken for each other. */
export const backupCodeAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
export const backupCodeLength = 10;

const backupCode = new RegExp(`^[${backupCodeAlphabet}]{${backupCodeLength}}$`);

/** UTF-16 units: with whatever stands between its signs, no code is longer. */
export const longestCode = 64;

function read(code: string, form: RegExp): string | null {
  const bare = code.length > longestCode ? "" : compactCode(code);
  return form.test(bare) ? bare : null;
}

/** The six digits of an app's code; null for what cannot be one. */
export const readTotpCode = (code: string): string | null => read(code, /^[0-9]{6}$/);

/** The ten signs of a backup code; null for what cannot be one. */
export const readBackupCode = (code: string): string | null => read(code, backupCode);
