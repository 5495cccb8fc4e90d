import { expect, it } from "vitest";
import { codePoints, storedText } from "~/domain/text";

it.each([
  ["", 0],
  ["abc", 3],
  ["äöü", 3],
  ["🧺", 1],
  ["e\u0301", 2],
  ["👩‍👩‍👧", 5],
  ["\ud800", 1],
])("%j has %d code points", (text, count) => expect(codePoints(text)).toBe(count));

it("says what is wrong, with the field's name and its limit", () => {
  const schema = storedText("Title", 1_000);
  const messages = (value: unknown) => schema.safeParse(value).error?.issues.map(({ message }) => message);
  expect(messages(undefined)).toEqual(["Title is required"]);
  expect(messages(5)).toEqual(["Title must be text"]);
  expect(messages("a\u0000")).toEqual(["Title contains characters that cannot be stored"]);
  expect(messages("x".repeat(1_001))).toEqual(["Title must be at most 1,000 characters"]);
  expect(messages("x")).toBeUndefined();
});
