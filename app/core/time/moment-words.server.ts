import type { Said } from "./words";
import { programZone, type Zone } from "./zone";

/**
 * Moments in words. They depend on the zone, and their form on the locale data of whoever says them, so the server says
 * them and hands the words to the page: a browser that said them again would draw other words than stand there already.
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

/** Making a format costs more than using it. */
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
 * A moment as `<When>` draws it: exact in UTC, and in words.
 *
 * @throws {RangeError} if there is no such zone
 */
export const sayMoment = (at: Date, style: MomentStyle, zone: Zone = programZone): Said => ({
  iso: at.toISOString(),
  words: momentWords(at, style, zone),
});
