import { randomUUID } from "node:crypto";

let last = { millisecond: 0, count: 0 };

/**
 * An id that sorts by the time it was made (UUID version 7, RFC 9562, section 5.7). A counter orders the ids of one
 * millisecond (section 6.2), so the events that one process records are read in the order in which they happened.
 *
 * @param now - in milliseconds since 1970
 */
export function newEventId(now = Date.now()): string {
  if (now > last.millisecond) last = { millisecond: now, count: 0 };
  // If the clock was set back or the counter is full, continue from the last millisecond.
  else last = last.count < 0xfff ? { ...last, count: last.count + 1 } : { millisecond: last.millisecond + 1, count: 0 };
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
  const time = hex(last.millisecond, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(last.count, 3)}${randomUUID().slice(18)}`;
}
