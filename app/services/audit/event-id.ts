import { randomUUID } from "node:crypto";

let last = { millisecond: 0, count: 0 };

/**
 * An id that sorts by the moment of its making (UUID version 7, RFC 9562, section 5.7), with a counter for those of one
 * millisecond (section 6.2): what one process records in a row is read in that order, however fast it came.
 *
 * @param now - in milliseconds since 1970
 */
export function newEventId(now = Date.now()): string {
  if (now > last.millisecond) last = { millisecond: now, count: 0 };
  // A clock that was put back, or more than the counter holds: on from the last moment.
  else last = last.count < 0xfff ? { ...last, count: last.count + 1 } : { millisecond: last.millisecond + 1, count: 0 };
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
  const time = hex(last.millisecond, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(last.count, 3)}${randomUUID().slice(18)}`;
}
