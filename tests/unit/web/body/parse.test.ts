import { expect, it } from "vitest";
import { z } from "zod";
import { Invalid } from "~/core/errors";
import { parseWith } from "~/web/body/parse";

const schema = z.strictObject({
  a: z.string("a must be text"),
  list: z.array(z.strictObject({ b: z.number() })).optional(),
});

function faultsOf(value: unknown) {
  try {
    parseWith(schema, value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(Invalid);
    return (error as Invalid).faults;
  }
}

it("answers what the schema makes of a good value", () => {
  expect(parseWith(z.string().transform(Number), "5")).toBe(5);
  expect(faultsOf({ a: "x" })).toEqual([]);
});

it("names every fault, each unknown field by its own name, with its whole path", () => {
  expect(faultsOf({ a: 5, x: 1, y: 2 })).toEqual([
    { path: ["a"], message: "a must be text" },
    { path: ["x"], message: "Unknown field x" },
    { path: ["y"], message: "Unknown field y" },
  ]);
  expect(faultsOf({ a: "x", list: [{ b: 1 }, { b: 1, c: 2 }] })).toEqual([
    { path: ["list", 1, "c"], message: "Unknown field c" },
  ]);
});

it.each([null, [], "a", 5])("%j is no object", (value) => {
  expect(faultsOf(value)).toEqual([{ path: [], message: "The body must be a JSON object" }]);
});
