/**
 * A time zone in which somebody's days are counted: an IANA name such as "Europe/Berlin". `undefined` is the zone of
 * the process (`TZ`), as it is for `Intl`, because `TZ` can hold a zone that has no IANA name.
 */
export type Zone = string | undefined;

/**
 * The only zone that the program uses today: the server's (`TZ`). A browser may be in another zone, so the server works
 * out and formats everything that depends on the zone and gives the page the text. Server and browser then draw the
 * same.
 */
export const programZone: Zone = undefined;

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * A format that includes the zone's offset: "9/21/2026, GMT+05:45". Formats are kept, because creating one costs more
 * than using it.
 */
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
