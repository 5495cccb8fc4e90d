import { daysBetween } from "./day";

/**
 * Days in words, for people; the exact day is in the element's `datetime`. The server and the browser both use these
 * functions and produce the same words: the locale is fixed here, and the formats use UTC because a day has no zone.
 */

/** A moment or a day as a page draws it: the exact value for `datetime`, and the words. */
export type Said = Readonly<{ iso: string; words: string }>;

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const fullDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const format = (words: Intl.DateTimeFormat, day: string) => words.format(Date.parse(day));

export type Due = { words: string; state: "overdue" | "soon" | "later" };

/** The due day of a completed task; whether the task was late is no longer shown. Both days are YYYY-MM-DD. */
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

/** "4 Dec", with the year if it is not the current year. */
export const dateWords = (day: string, today: string): string =>
  format(day.slice(0, 4) === today.slice(0, 4) ? dayAndMonth : fullDate, day);

/** A day as `<When>` draws it. */
export const sayDay = (day: string, today: string): Said => ({ iso: day, words: dateWords(day, today) });
