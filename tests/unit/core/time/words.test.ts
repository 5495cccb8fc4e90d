import { expect, it } from "vitest";
import { dateWords, describeDue } from "~/core/time/words";

it.each([
  ["2026-03-11", "Due today", "soon"],
  ["2026-03-12", "Due tomorrow", "soon"],
  ["2026-03-13", "Due Friday", "later"],
  ["2026-03-17", "Due Tuesday", "later"],
  ["2026-03-18", "Due 18 Mar", "later"],
  ["2027-03-11", "Due 11 Mar 2027", "later"],
  ["2026-03-10", "Overdue since yesterday", "overdue"],
  ["2026-03-09", "Overdue by 2 days", "overdue"],
  ["2026-02-26", "Overdue by 13 days", "overdue"],
  ["2026-02-25", "Overdue since 25 Feb", "overdue"],
  ["2025-12-31", "Overdue since 31 Dec 2025", "overdue"],
])("on 2026-03-11, %s is: %s", (day, words, state) => {
  expect(describeDue(day, "2026-03-11")).toEqual({ words, state });
});

it("a change of the clock makes no day longer", () => {
  expect(describeDue("2026-03-30", "2026-03-29").words).toBe("Due tomorrow");
  expect(describeDue("2026-10-25", "2026-10-26").words).toBe("Overdue since yesterday");
});

it("names the year where it is another", () => {
  expect(dateWords("2026-12-04", "2026-01-01")).toBe("4 Dec");
  expect(dateWords("2027-12-04", "2026-01-01")).toBe("4 Dec 2027");
});
