/** Reads codes as people type and paste them, and programs send them, in the same way everywhere. */

/**
 * Characters that may surround or separate the characters of a code: spaces and dashes of every kind, and invisible
 * characters, which mails, documents and password managers add. A Japanese keyboard's dash is the mark of a letter, and
 * the braille blank counts as a symbol, so both are listed.
 */
const separators = /[\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Pd}\u02d7\u2043\u2212\u2800\u30fc]/gu;

/** A code without separators, in plain (NFKC) and lower-case characters. */
export const compactCode = (code: string): string => code.normalize("NFKC").replace(separators, "").toLowerCase();

/** 32 characters, without those that are easily confused. */
export const backupCodeAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
export const backupCodeLength = 10;

const backupCode = new RegExp(`^[${backupCodeAlphabet}]{${backupCodeLength}}$`);

/** The longest input that is read as a code, in UTF-16 units, including separators. */
export const longestCode = 64;

function read(code: string, form: RegExp): string | null {
  const bare = code.length > longestCode ? "" : compactCode(code);
  return form.test(bare) ? bare : null;
}

/** The six digits of an authenticator code; null if the text cannot be one. */
export const readTotpCode = (code: string): string | null => read(code, /^[0-9]{6}$/);

/** The ten characters of a backup code; null if the text cannot be one. */
export const readBackupCode = (code: string): string | null => read(code, backupCode);
