/**
 * Makes text in mail safe that somebody else may have chosen: names of tokens, passkeys, tasks and people, and what a
 * client says about itself. People trust a message because of its sender, so a stranger's text must not look like a
 * part of it or become a link. Mail clients turn anything that looks like an address into a link, in plain text too.
 */

/** Long enough to recognise a name, and too short for a message, in code points. */
const longestName = 40;

/**
 * Characters that are invisible or change the reading direction: controls, joiners, fillers (Unicode,
 * "Default_Ignorable_Code_Point").
 */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const dot = "[.\u2024\u3002\uFE52\uFF0E\uFF61]";
const at = "[@\uFE6B\uFF20]";
const colon = "[:\uA789\uFE55\uFF1A]";
const slash = "[/\\\\\u2044\u2215\u29F8\uFF0F\uFF3C]";

const steps: readonly (readonly [RegExp, string])[] = [
  // More than two marks on one letter cover the lines around it.
  [/(\p{M}{2})\p{M}+/gu, "$1"],
  [new RegExp(at, "gu"), " (at) "],
  [new RegExp(`(${slash})(?=${slash})`, "gu"), "$1 "],
  // The colon in a time of day does not end a URL scheme.
  [new RegExp(`(${colon})(?=\\S)(?!\\d\\d(?!\\d))`, "gu"), "$1 "],
  [new RegExp(`(${dot})(?=[^\\s.…])`, "gu"), "$1 "],
];

const wordsOf = (text: string): string[] =>
  text
    .replace(/[\s\p{Z}]+/gu, " ")
    .replace(unseen, "")
    .split(" ")
    .filter((word) => word !== "");

const defused = (word: string): string =>
  steps.reduce((text, [found, instead]) => text.replace(found, instead), word).trim();

/**
 * Changes a text so that mail clients find no address to link: a space after every dot and colon within a word, "(at)"
 * instead of "@", one line, and no invisible characters. The program's own sentences do not change.
 */
export const withoutLinks = (text: string): string => wordsOf(text).map(defused).join(" ");

/**
 * Quotes a name inside a sentence: shortened, unable to close the quotes, and without anything that becomes a link.
 * Every text by a stranger passes through here on its way into a message.
 */
export function quoted(name: string): string {
  const plain = wordsOf(name.replace(/["\u201C-\u201F\u2033\u2036\u00AB\u00BB\u3003\uFF02]/g, "'"))
    .map(defused)
    .join(" ");
  const signs = [...plain];
  const short =
    signs.length > longestName
      ? `${signs
          .slice(0, longestName - 1)
          .join("")
          .trimEnd()}…`
      : plain;
  return short === "" ? "without a name" : `“${short}”`;
}
