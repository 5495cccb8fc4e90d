/**
 * A time zone in which somebody's days are counted: an IANA name such as "Europe/Berlin". `undefined` is the zone of the
 * process (`TZ`), as it is for `Intl`: a `TZ` that is no IANA name has no name that could be handed on.
 */
export type Zone = string | undefined;

/**
 * The one zone of the program today: that of the server (`TZ`). A browser has another one, so what depends on a zone is
 * worked out and put into words on the server, and handed to the page as text: both draw the same.
 */
export const programZone: Zone = undefined;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A format that names how far the zone's clock is ahead: "9/21/2026, GMT+05:45". Making one costs more than using it. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  clocks.set(zone, clock);
  return clock;
}

/**
 * How far the clock of a zone is ahead of UTC, in milliseconds; negative west of Greenwich.
 *
 * @param at - the moment, in milliseconds since 1970
 * @throws {RangeError} if there is no such zone
 */
export function offsetAt(at: number, zone: Zone = programZone): number {
  if (zone === undefined) return -new Date(at).getTimezoneOffset() * 60_000;
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /([+-])(\d+):(\d+)(?::(\d+))?$/.exec(clockOf(zone).format(at)) ?? [];
  const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ahead : ahead;
}
