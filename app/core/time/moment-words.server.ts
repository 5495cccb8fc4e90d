import type { Said } from "./words";
import { programZone, type Zone } from "./zone";

/**
 * Moments in words. The words depend on the zone and on the locale data of the machine that formats them. The server
 * therefore formats them and gives the page the finished text; a browser that formatted them again could show other
 * words than the server has drawn.
 */

const styles = {
  /** 21 Sept 2026 */
  day: { dateStyle: "medium" },
  /** 21 Sept 2026, 14:13 */
  minute: { dateStyle: "medium", timeStyle: "short" },
  /** 21 Sept 2026, 14:13:20 */
  second: { dateStyle: "medium", timeStyle: "medium" },
  /** 21 September 2026 at 14:13 */
  letter: { dateStyle: "long", timeStyle: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type MomentStyle = keyof typeof styles;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are kept, because creating one costs more than using it. */
function formatOf(style: MomentStyle, zone: Zone): Intl.DateTimeFormat {
  const key = `${style} ${zone ?? ""}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", { ...styles[style], timeZone: zone });
  formats.set(key, format);
  return format;
}

/**
 * A moment in words, in British English.
 *
 * @throws {RangeError} if there is no such zone
 */
export const momentWords = (at: Date, style: MomentStyle, zone: Zone = programZone): string =>
  formatOf(style, zone).format(at);

/**
 * A moment as `<When>` draws it: the exact time in UTC, and the words.
 *
 * @throws {RangeError} if there is no such zone
 */
export const sayMoment = (at: Date, style: MomentStyle, zone: Zone = programZone): Said => ({
  iso: at.toISOString(),
  words: momentWords(at, style, zone),
});
