import { offsetAt, programZone, type Zone } from "./zone";

/**
 * Calendar days as text, YYYY-MM-DD in the years 0000 to 9999: they compare as they sort. Only the way from a moment to
 * a day and back needs a time zone.
 */

const dayLength = 86_400_000;

/** The day's midnight in UTC, in milliseconds since 1970: for counting, where no zone is concerned. */
const inUtc = (day: string): number => Date.parse(`${day}T00:00:00Z`);

const format = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

/** The day on which a moment falls. */
export const localDay = (moment: Date, zone: Zone = programZone): string =>
  format(moment.getTime() + offsetAt(moment.getTime(), zone));

/** The day that it is now. */
export const localToday = (zone: Zone = programZone): string => localDay(new Date(), zone);

/**
 * The first moment of a day. Where the clock is put forward at midnight, the day begins with the first moment after that;
 * where it is put back, with the first of the two midnights.
 */
export function startOfLocalDay(day: string, zone: Zone = programZone): Date {
  const midnight = inUtc(day);
  const before = offsetAt(midnight - dayLength, zone);
  const after = offsetAt(midnight + dayLength, zone);
  const start = midnight - before;
  if (before === after || offsetAt(start, zone) === before) return new Date(start);
  // The clock has changed by then. If the new one shows no midnight, the old one's is the moment of the change.
  return new Date(offsetAt(midnight - after, zone) === after ? midnight - after : start);
}

/** The day so many days later; a negative number goes back. */
export const addDays = (day: string, days: number): string => format(inUtc(day) + days * dayLength);

/** How many days the second day is after the first; negative if it is before. */
export const daysBetween = (from: string, to: string): number => (inUtc(to) - inUtc(from)) / dayLength;
