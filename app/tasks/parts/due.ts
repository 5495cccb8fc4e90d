/** Days in words, for people; the exact day stands in the element's `datetime`. */

const dayLength = 86_400_000;
const parse = (day: string) => Date.parse(`${day}T00:00:00Z`);

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const fullDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** The day of a task that is done: late or not no longer matters. */
export const describeDone = (day: string, today: string): Due => ({
  words: `Due ${dateWords(day, today)}`,
  state: "later",
});

export type Due = { words: string; state: "overdue" | "soon" | "later" };

/**
 * How far away a day is.
 *
 * @param day - YYYY-MM-DD
 * @param today - YYYY-MM-DD
 */
export function describeDue(day: string, today: string): Due {
  const days = Math.round((parse(day) - parse(today)) / dayLength);
  if (days < 0) return { words: overdueWords(-days, day, today), state: "overdue" };
  if (days === 0) return { words: "Due today", state: "soon" };
  if (days === 1) return { words: "Due tomorrow", state: "soon" };
  if (days < 7) return { words: `Due ${weekday.format(parse(day))}`, state: "later" };
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
  (day.slice(0, 4) === today.slice(0, 4) ? dayAndMonth : fullDate).format(parse(day));
