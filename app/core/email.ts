import { domainToASCII, domainToUnicode } from "node:url";
import { z } from "zod";
import { canonical } from "./text";

/** Email addresses: the form that is stored and compared, and the form that people see. */

/**
 * The characters allowed in an internationalised domain: letters, marks and digits, the full stops of four scripts, and
 * characters that some languages need between letters (RFC 5892, appendix A). Any other character could end the domain
 * early, and the address would name another domain.
 */
const domainSigns = /^(?:[\p{L}\p{M}\p{N}.-]|[\u3002\uff0e\uff61]|\u200c|\u200d|[\u00b7\u0375\u05f3\u05f4\u30fb])+$/u;

/**
 * The form of an address in the database, in which it is unique to an account. Trimmed, in lower case, and with the
 * domain in ASCII (UTS 46, RFC 5891), so that `x@müller.example` and `x@xn--mller-kva.example` are the same address.
 *
 * @returns for text that is not an address: the text, trimmed and in lower case
 */
export function normalizeEmail(email: string): string {
  const [local, domain] = parts(email.trim());
  return canonical(local.toLowerCase()) + asciiDomain(domain);
}

/** Splits an address after its last "@". The first part includes the "@". */
function parts(email: string): [local: string, domain: string] {
  const start = email.lastIndexOf("@") + 1;
  return [email.slice(0, start), email.slice(start)];
}

function asciiDomain(domain: string): string {
  const plain = domain.toLowerCase();
  // eslint-disable-next-line no-control-regex -- ASCII begins with the control characters
  if (/^[\u0000-\u007f]*$/.test(domain) && !plain.includes("xn--")) return plain;
  return (domainSigns.test(domain) && domainToASCII(domain)) || plain;
}

/**
 * Whether a normalized address is well-formed.
 *
 * The library's pattern accepts only letters in a top-level domain. Those of other scripts have digits and hyphens in
 * their ASCII form, so they are replaced before the test.
 */
export const isEmail = (email: string): boolean =>
  z.regexes.rfc5322Email.test(email.replace(/\.xn--[a-z0-9-]*[a-z0-9]$/, ".example")) &&
  (!email.includes("xn--") || isInternationalised(parts(email)[1]));

/**
 * Whether every `xn--` label of a domain decodes to letters that encode to the same domain. Not every version of Node
 * checks this.
 */
function isInternationalised(domain: string): boolean {
  const letters = domainToUnicode(domain);
  return !/(?:^|\.)xn--/.test(letters) && domainToASCII(letters) === domain;
}

/** Cyrillic letters that look like Latin ones. A label made of these alone could be mistaken for a Latin one. */
const looksLatin = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡ0-9-]+$/u;

const scripts = [
  ...["Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"],
  ...["Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Latin", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil"],
  ...["Telugu", "Thaana", "Thai", "Tibetan"],
];
const ofOneScript = [
  ...scripts.map((script) => `\\p{scx=${script}}`),
  // Japanese, Chinese and Korean each mix several scripts, Latin among them (UTS 39, section 5.2).
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Latin}",
  "\\p{scx=Han}\\p{scx=Bopomofo}\\p{scx=Latin}",
  "\\p{scx=Han}\\p{scx=Hangul}\\p{scx=Latin}",
].map((signs) => new RegExp(`^[${signs}\\p{sc=Common}\\p{sc=Inherited}]+$`, "u"));

/**
 * An address as people write it, for pages and mail. Never compare it or send mail to it. A domain that mixes scripts,
 * or could be mistaken for another, stays in ASCII.
 */
export function emailInWords(email: string): string {
  const [local, domain] = parts(email);
  if (!domain.includes("xn--")) return email;
  const labels = domainToUnicode(domain).split(".");
  const foreign = labels.every((label) => !/[a-z]/.test(label));
  const isClear = (label: string) =>
    ofOneScript.some((pattern) => pattern.test(label)) &&
    (foreign || !looksLatin.test(label) || /^[0-9-]+$/.test(label));
  return labels.every(isClear) ? local + labels.join(".") : email;
}
