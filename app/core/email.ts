import { domainToASCII, domainToUnicode } from "node:url";
import { z } from "zod";
import { canonical } from "./text";

/** Addresses of mail: the one form that is stored and compared, and the one that people are shown. */

/**
 * What an internationalised domain may consist of; anything else could end the domain early and leave another one. Letters,
 * marks and digits, full stops of four scripts, and what some words need between their letters (RFC 5892, appendix A).
 */
const domainSigns = /^(?:[\p{L}\p{M}\p{N}.-]|[\u3002\uff0e\uff61]|\u200c|\u200d|[\u00b7\u0375\u05f3\u05f4\u30fb])+$/u;

/**
 * An address as the database has it: "one account an address" is a rule about this form. Trimmed, in lower case, and the
 * domain in ASCII (UTS 46, RFC 5891), so that `x@müller.example` and `x@xn--mller-kva.example` are one.
 *
 * @returns for what is no address: the text trimmed and in lower case
 */
export function normalizeEmail(email: string): string {
  const [local, domain] = parts(email.trim());
  return canonical(local.toLowerCase()) + asciiDomain(domain);
}

/** All up to and with the last "@", and the domain after it. */
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
 * Has a normalized address the form of one?
 *
 * The pattern knows top-level domains of letters alone, and those of other scripts have digits and hyphens in ASCII.
 */
export const isEmail = (email: string): boolean =>
  z.regexes.rfc5322Email.test(email.replace(/\.xn--[a-z0-9-]*[a-z0-9]$/, ".example")) &&
  (!email.includes("xn--") || isInternationalised(parts(email)[1]));

/** Does each `xn--` of a domain stand for letters, which make the same domain again? Not every Node asks that itself. */
function isInternationalised(domain: string): boolean {
  const letters = domainToUnicode(domain);
  return !/(?:^|\.)xn--/.test(letters) && domainToASCII(letters) === domain;
}

/** Letters of Cyrillic that look like Latin ones: a name of nothing else could pass for another. */
const looksLatin = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡ0-9-]+$/u;

const scripts = [
  ...["Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"],
  ...["Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Latin", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil"],
  ...["Telugu", "Thaana", "Thai", "Tibetan"],
];
const ofOneScript = [
  ...scripts.map((script) => `\\p{scx=${script}}`),
  // Japanese, Chinese and Korean are written in several, with Latin letters among them (UTS 39, section 5.2).
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Latin}",
  "\\p{scx=Han}\\p{scx=Bopomofo}\\p{scx=Latin}",
  "\\p{scx=Han}\\p{scx=Hangul}\\p{scx=Latin}",
].map((signs) => new RegExp(`^[${signs}\\p{sc=Common}\\p{sc=Inherited}]+$`, "u"));

/**
 * An address as people write it, for pages and mails; never to be compared or sent to. A domain that mixes scripts, or
 * could be read as another, stays in ASCII.
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
