import { describe, expect, it } from "vitest";
import { completionBody, newTaskBody, taskChangeBody, taskForm, taskListQuery } from "~/tasks/domain/task-schema";

const accepts = (body: Record<string, unknown>) => newTaskBody.safeParse({ title: "a", ...body }).success;

describe("title", () => {
  it.each([
    ["one letter", "a", true],
    ["200 letters", "x".repeat(200), true],
    ["201 letters", "x".repeat(201), false],
    ["200 emoji, which are 400 units", "🧺".repeat(200), true],
    ["201 emoji", "🧺".repeat(201), false],
    ["200 letters with spaces around", `  ${"x".repeat(200)}\n`, true],
    ["nothing", "", false],
    ["spaces", "   ", false],
    ["no-break spaces and others of Unicode", "\u00a0\u2007\u202f\u3000\ufeff", false],
    [
      "Hangul fillers, braille blanks and zero-width spaces",
      "\u3164\u115f\u1160\uffa0\u2800\u200b\u00ad\u{e0020}",
      false,
    ],
    ["an emoji of several signs", "👩‍👩‍👧", true],
    ["U+0000", "a\u0000", false],
    ["a lone high surrogate", "a\ud83d", false],
    ["a lone low surrogate", "\ude00a", false],
    ["a number", 5, false],
    ["null", null, false],
  ])("%s", (_name, title, accepted) => {
    expect(accepts({ title })).toBe(accepted);
    expect(taskForm.safeParse({ title }).success).toBe(accepted);
    expect(taskChangeBody.safeParse({ title }).success).toBe(accepted);
  });

  it("is trimmed, and has its line ends made one", () => {
    expect(newTaskBody.parse({ title: " \u00a0a\r\nb\rc\t" }).title).toBe("a\nb\nc");
  });
});

describe("description", () => {
  it("may be empty, null, or 10,000 code points", () => {
    for (const description of ["", null, undefined, "x".repeat(10_000), "🧺".repeat(10_000), `${"x".repeat(10_000)}  `])
      expect(accepts({ description })).toBe(true);
    for (const description of ["x".repeat(10_001), "🧺".repeat(10_001), "\u0000", "\udfff", 5])
      expect(accepts({ description })).toBe(false);
  });

  it("counts a line end of the browser as one", () => {
    expect(accepts({ description: "a\r\n".repeat(4_999) })).toBe(true);
  });
});

describe("due_date", () => {
  it.each(["2026-01-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])("%s is a day", (due_date) =>
    expect(accepts({ due_date })).toBe(true),
  );
  it.each(["2026-02-30", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026-04-31", "26-01-01"])(
    "%s is none",
    (due_date) => expect(accepts({ due_date })).toBe(false),
  );
  it.each(["", " 2026-01-01", "2026-01-01T00:00:00Z", "+12026-01-01", "today", "01.01.2026", 20260101, true, []])(
    "%j is none either",
    (due_date) => expect(accepts({ due_date })).toBe(false),
  );
});

it("priority is one of three words", () => {
  for (const priority of ["low", "medium", "high"]) expect(accepts({ priority })).toBe(true);
  for (const priority of ["", "LOW", "urgent", null, 1, "constructor"]) expect(accepts({ priority })).toBe(false);
});

it("completed is true or false and nothing like it", () => {
  for (const completed of [true, false]) expect(accepts({ completed })).toBe(true);
  for (const completed of ["true", 1, null]) expect(accepts({ completed })).toBe(false);
});

it.each(["id", "user_id", "created_at", "updated_at", "completed_at", "number", "dueDate", "__proto__", "toString"])(
  "the field %s is refused",
  (field) => {
    const body = JSON.parse(`{"title":"a","${field}":"x"}`) as Record<string, unknown>;
    expect(newTaskBody.safeParse(body).success).toBe(false);
    expect(taskChangeBody.safeParse(body).success).toBe(false);
    expect(completionBody.safeParse(JSON.parse(`{"${field}":"x"}`)).success).toBe(false);
  },
);

it.each([null, [], "a", 5, true])("%j is no body", (body) => {
  for (const schema of [newTaskBody, taskChangeBody, completionBody])
    expect(schema.safeParse(body).success).toBe(false);
});

it("a change may hold nothing, and keeps null apart from not said", () => {
  expect(taskChangeBody.parse({})).toEqual({});
  expect(taskChangeBody.parse({ due_date: null, description: null })).toEqual({ due_date: null, description: null });
});

it("the query of the list has defaults", () => {
  expect(taskListQuery.parse({})).toEqual({ sort: "-created_at", limit: 50, offset: 0 });
  expect(taskListQuery.parse({ completed: "false", limit: "100", offset: "7" })).toMatchObject({
    completed: false,
    limit: 100,
    offset: 7,
  });
});
