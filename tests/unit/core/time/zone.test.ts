import { afterEach, describe, expect, it } from "vitest";
import { addDays, daysBetween, localDay, localToday, startOfLocalDay } from "~/core/time/day";
import { momentWords, sayMoment } from "~/core/time/moment-words.server";
import { offsetAt } from "~/core/time/zone";

const own = process.env.TZ;
afterEach(() => {
  if (own === undefined) delete process.env.TZ;
  else process.env.TZ = own;
});

/** Clocks that change at midnight (Havana, Beirut, São Paulo), by half an hour (Lord Howe), or not by whole hours at all. */
const zones = [
  ...["UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Asia/Kathmandu"],
  ...["America/Havana", "Asia/Beirut", "America/Sao_Paulo", "Australia/Lord_Howe"],
];

describe.each(zones)("somebody's own zone, %s", (zone) => {
  it("has the days that a process has in that zone", () => {
    process.env.TZ = zone;
    for (let day = "2018-01-01"; day < "2020-01-01"; day = addDays(day, 1)) {
      const start = startOfLocalDay(day, zone);
      expect(start).toEqual(startOfLocalDay(day));
      expect(start).toEqual(new Date(`${day}T00:00:00`));
      expect(localDay(start, zone)).toBe(day);
      expect(localDay(new Date(start.getTime() - 1), zone)).toBe(addDays(day, -1));
    }
  });

  it("does not depend on the zone of the process", () => {
    process.env.TZ = zone;
    const start = startOfLocalDay("2026-03-11");
    process.env.TZ = "Pacific/Pago_Pago";
    expect(startOfLocalDay("2026-03-11", zone)).toEqual(start);
    expect(localDay(start, zone)).toBe("2026-03-11");
  });
});

it("a clock is ahead of UTC or behind it", () => {
  const at = Date.parse("2026-07-01T12:00:00Z");
  expect(offsetAt(at, "UTC")).toBe(0);
  expect(offsetAt(at, "Asia/Kathmandu")).toBe((5 * 60 + 45) * 60_000);
  expect(offsetAt(at, "America/St_Johns")).toBe(-(2 * 60 + 30) * 60_000);
  process.env.TZ = "America/St_Johns";
  expect(offsetAt(at)).toBe(-(2 * 60 + 30) * 60_000);
});

it("today is a day of the zone: there are always two on earth", () => {
  const west = localToday("Etc/GMT+12");
  expect([1, 2]).toContain(daysBetween(west, localToday("Etc/GMT-14")));
});

it("a zone that there is not is refused", () => {
  expect(() => localDay(new Date(0), "Europe/Atlantis")).toThrow(RangeError);
  expect(() => momentWords(new Date(0), "day", "Europe/Atlantis")).toThrow(RangeError);
});

it("a moment is said in the zone, and exact in UTC", () => {
  const at = new Date("2026-09-21T22:13:20Z");
  expect(momentWords(at, "day", "Europe/Berlin")).toBe("22 Sept 2026");
  expect(momentWords(at, "minute", "UTC")).toBe("21 Sept 2026, 22:13");
  expect(momentWords(at, "second", "Asia/Kathmandu")).toBe("22 Sept 2026, 03:58:20");
  expect(momentWords(at, "letter", "UTC")).toBe("21 September 2026 at 22:13");
  expect(sayMoment(at, "minute", "UTC")).toEqual({ iso: "2026-09-21T22:13:20.000Z", words: "21 Sept 2026, 22:13" });
  process.env.TZ = "America/New_York";
  expect(sayMoment(at, "minute").words).toBe(
    new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(at),
  );
});
