import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseStored } from "~/core/stored";

const schema = z.object({ name: z.string(), count: z.int().default(0) });

describe("JSON that was kept", () => {
  it("is what the schema makes of it", () => {
    expect(parseStored(schema, '{"name":"a"}')).toEqual({ name: "a", count: 0 });
    expect(parseStored(z.tuple([z.string()]), '["a"]')).toEqual(["a"]);
  });

  it.each([
    "",
    "{",
    "null",
    "undefined",
    "1",
    '"name"',
    "[]",
    "{}",
    '{"name":1}',
    '{"name":"a","count":"1"}',
    "\u0000",
  ])("of another shape is not there: %s", (text) => expect(parseStored(schema, text)).toBeNull());
});
