import { expect, it } from "vitest";
import { z } from "zod";
import type { FormShape } from "~/web/ui/form/form";

/* The type checker holds this: a field that the schema of a form does not have is an error of the program. */

const schema = z.object({
  name: z.string("Enter a name").min(1),
  remember: z.boolean().default(false),
  day: z.iso.date().optional(),
});

it("the shape of a form is that of its schema, and has no other name", () => {
  const shape: FormShape<typeof schema> = { name: "a", remember: true, day: "" };
  expect(Object.keys(shape)).toEqual(Object.keys(schema.shape));
  // @ts-expect-error no field of the schema
  const other: keyof FormShape<typeof schema> = "surname";
  expect(schema.shape).not.toHaveProperty(other);
  // @ts-expect-error a checkbox is on or off
  const text: FormShape<typeof schema>["remember"] = "on";
  expect(text).toBe("on");
});
