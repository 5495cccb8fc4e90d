/**
 * Words in mail that somebody else may have chosen: names of tokens, passkeys, tasks and people, and what a client says of
 * itself. Whoever reads a message trusts it because of its sender, so nothing that a stranger wrote may look like a part
 * of it, or become a link: mail clients make one out of whatever looks like an address, in plain text too.
 */

/** As long as a name needs to be recognised, and too short to be a message, in code points. */
const longestName = 40;

/** What is not seen, or turns the reading direction: controls, joiners, fillers (Unicode, "Default_Ignorable_Code_Point"). */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const dot = "[.\u2024\u3002\uFE52\uFF0E\uFF61]";
const at = "[@\uFE6B\uFF20]";
const colon = "[:\uA789\uFE55\uFF1A]";
const slash = "[/\\\\\u2044\u2215\u29F8\uFF0F\uFF3C]";

const steps: readonly (readonly [RegExp, string])[] = [
  // More than two marks on one letter reach into the lines around.
  [/(\p{M}{2})\p{M}+/gu, "$1"],
  [new RegExp(at, "gu"), " (at) "],
  [new RegExp(`(${slash})(?=${slash})`, "gu"), "$1 "],
  // A time of day is no scheme of an address.
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
 * A text in which no mail client finds an address to make a link of: a space behind every dot and colon within a word,
 * "(at)" for the sign; one line, and nothing that is not seen. The program's own sentences come out as they were.
 */
export const withoutLinks = (text: string): string => wordsOf(text).map(defused).join(" ");

/**
 * A name in the middle of a sentence: in quotes that it cannot close, shortened, and without anything that becomes a link.
 * Every word of a stranger passes through here on its way into a message.
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
