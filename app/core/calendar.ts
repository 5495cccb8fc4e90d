/** Calendar days as YYYY-MM-DD, in the time zone of the process (`TZ`). */

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

const format = (date: Date) => `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

/** The day on which a moment falls. */
export const localDay = (moment: Date): string => format(moment);

/** The last moment before an end that is not included: of "until the end of 6 January" a moment of the 6th. */
export const lastMoment = (end: Date): Date => new Date(end.getTime() - 1);

/** The first moment of a day. */
export function startOfLocalDay(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date);
}

/** The day so many days later; a negative number goes back. */
export function addDays(day: string, days: number): string {
  const date = startOfLocalDay(day);
  date.setDate(date.getDate() + days);
  return format(date);
}
