import { afterEach, describe, expect, it } from "vitest";
import { addDays, daysBetween, localDay, startOfLocalDay } from "~/core/time/day";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe.each(["UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Asia/Kathmandu"])(
  "in %s",
  (timeZone) => {
    it("a day begins with its first moment and ends before the next one's", () => {
      process.env.TZ = timeZone;
      // Both changes of the clock are among these days.
      for (let day = "2026-01-01"; day < "2027-01-01"; day = addDays(day, 1)) {
        const start = startOfLocalDay(day);
        expect(localDay(start)).toBe(day);
        expect(localDay(new Date(start.getTime() - 1))).toBe(addDays(day, -1));
      }
    });

    it("days are added and counted across months, years and leap days", () => {
      process.env.TZ = timeZone;
      expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
      expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
      expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
      expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
      expect(addDays("2026-03-01", 400)).toBe("2027-04-05");
    });
  },
);

it("a moment falls on the day of the zone", () => {
  const moment = new Date("2026-03-10T23:30:00Z");
  process.env.TZ = "Europe/Berlin";
  expect(localDay(moment)).toBe("2026-03-11");
  process.env.TZ = "America/New_York";
  expect(localDay(moment)).toBe("2026-03-10");
});

it("days are counted from one to another, whatever the clocks do", () => {
  expect(daysBetween("2026-03-29", "2026-03-30")).toBe(1);
  expect(daysBetween("2026-10-26", "2026-10-25")).toBe(-1);
  expect(daysBetween("2028-01-01", "2029-01-01")).toBe(366);
});
