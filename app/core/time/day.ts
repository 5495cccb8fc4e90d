import { offsetAt, programZone, type Zone } from "./zone";

/**
 * Calendar days as text, YYYY-MM-DD in the years 0000 to 9999, so comparing the texts compares the days. A time zone is
 * needed only to convert a moment to a day or a day to a moment.
 */

const dayLength = 86_400_000;

/** The day's midnight in UTC, in milliseconds since 1970. For counting days, which does not depend on a zone. */
const inUtc = (day: string): number => Date.parse(`${day}T00:00:00Z`);

const format = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

/** The day on which a moment falls. */
export const localDay = (moment: Date, zone: Zone = programZone): string =>
  format(moment.getTime() + offsetAt(moment.getTime(), zone));

/** Today. */
export const localToday = (zone: Zone = programZone): string => localDay(new Date(), zone);

/**
 * The first moment of a day. If the clock is put forward at midnight, the day begins with the first moment after the
 * change; if the clock is put back, the day begins with the first of the two midnights.
 */
export function startOfLocalDay(day: string, zone: Zone = programZone): Date {
  const midnight = inUtc(day);
  const before = offsetAt(midnight - dayLength, zone);
  const after = offsetAt(midnight + dayLength, zone);
  const start = midnight - before;
  if (before === after || offsetAt(start, zone) === before) return new Date(start);
  // The clock changes before this moment. If midnight does not exist under the new offset, midnight under the old
  // offset is the moment of the change.
  return new Date(offsetAt(midnight - after, zone) === after ? midnight - after : start);
}

/** The day that is the given number of days later, or earlier if the number is negative. */
export const addDays = (day: string, days: number): string => format(inUtc(day) + days * dayLength);

/** How many days the second day is after the first; negative if it is before. */
export const daysBetween = (from: string, to: string): number => (inUtc(to) - inUtc(from)) / dayLength;
