import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTaskView, taskViewSearch } from "~/tasks/parts/task-view";

const parse = (search: string) => parseTaskView(new URLSearchParams(search));
const plain = { status: "all", priority: null, sort: "-created_at", q: "", page: 1 };

describe("parseTaskView", () => {
  it.each([
    "",
    "?status=&priority=&sort=&q=&page=",
    "?status=x&priority=urgent&sort=id&page=0",
    "?page=-1",
    "?page=1.5",
  ])("takes what makes no sense as not said: %j", (search) => expect(parse(search)).toEqual(plain));

  it("takes what makes sense", () => {
    expect(parse("?status=active&priority=high&sort=due_date&q=+a%20b+&page=12")).toEqual({
      ...{ status: "active", priority: "high", sort: "due_date", q: "a b", page: 12 },
    });
  });

  it("makes of any search text one that can be looked for", () => {
    expect(parse(`?q=${"x".repeat(300)}`).q).toHaveLength(200);
    expect(parse("?q=a%00b").q).toBe("ab");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (q) => {
        const view = parseTaskView(new URLSearchParams([["q", q.toWellFormed()]]));
        expect(view.q.isWellFormed() && !view.q.includes("\u0000") && [...view.q].length <= 200).toBe(true);
      }),
    );
  }, 20_000);
});

describe("taskViewSearch", () => {
  it("of the plain list is nothing", () => expect(taskViewSearch(parse(""))).toBe(""));

  it("goes back to the first page with every change that names none", () => {
    expect(taskViewSearch(parse("?status=active&page=3"))).toBe("?status=active");
    expect(taskViewSearch(parse("?status=active&page=3"), { priority: "low" })).toBe("?status=active&priority=low");
    expect(taskViewSearch(parse("?page=3"), { page: 4 })).toBe("?page=4");
  });

  it("is read back as the view it was made of", () => {
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom("all", "active", "completed"),
          priority: fc.constantFrom("", "low", "medium", "high"),
          sort: fc.constantFrom("created_at", "-created_at", "due_date", "-due_date", "priority", "-title"),
          q: fc.string({ unit: "grapheme" }),
          page: fc.integer({ min: 1, max: 9_999_999 }).map(String),
        }),
        (query) => {
          const view = parseTaskView(new URLSearchParams(query));
          expect(parse(taskViewSearch(view, { page: view.page }))).toEqual(view);
        },
      ),
    );
  });
});
