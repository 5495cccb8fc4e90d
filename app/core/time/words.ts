import { daysBetween } from "./day";

/**
 * Days in words, for people; the exact day stands in the element's `datetime`. The server and the browser both say them:
 * the locale is written here, and a day has no zone, so its formats count in UTC.
 */

/** A moment or a day as a page draws it: exact for `datetime`, and in words. */
export type Said = Readonly<{ iso: string; words: string }>;

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const fullDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const format = (words: Intl.DateTimeFormat, day: string) => words.format(Date.parse(day));

export type Due = { words: string; state: "overdue" | "soon" | "later" };

/** The day by which something was due that is done: late or not no longer matters. Both are YYYY-MM-DD. */
export const describeDone = (day: string, today: string): Due => ({
  words: `Due ${dateWords(day, today)}`,
  state: "later",
});

/**
 * How far away a day is.
 *
 * @param day - YYYY-MM-DD
 * @param today - YYYY-MM-DD
 */
export function describeDue(day: string, today: string): Due {
  const days = daysBetween(today, day);
  if (days < 0) return { words: overdueWords(-days, day, today), state: "overdue" };
  if (days === 0) return { words: "Due today", state: "soon" };
  if (days === 1) return { words: "Due tomorrow", state: "soon" };
  if (days < 7) return { words: `Due ${format(weekday, day)}`, state: "later" };
  return { words: `Due ${dateWords(day, today)}`, state: "later" };
}

const overdueWords = (days: number, day: string, today: string) =>
  days === 1
    ? "Overdue since yesterday"
    : days < 14
      ? `Overdue by ${days} days`
      : `Overdue since ${dateWords(day, today)}`;

/** "4 Dec", with the year where it is not this one. */
export const dateWords = (day: string, today: string): string =>
  format(day.slice(0, 4) === today.slice(0, 4) ? dayAndMonth : fullDate, day);

/** A day as `<When>` draws it. */
export const sayDay = (day: string, today: string): Said => ({ iso: day, words: dateWords(day, today) });
