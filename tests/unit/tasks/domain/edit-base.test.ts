import { expect, it } from "vitest";
import { readEdit, toFormValues } from "~/tasks/domain/edit/task-edit.server";
import { fieldsOf, mergeEdits, readEditBase, writeEditBase } from "~/tasks/domain/edit/edit-base.server";
import { formProperties } from "~/tasks/domain/task-fields";

const state = { revision: 3, updatedAt: new Date("2026-11-21T16:23:05.153Z") };
const stored = { title: "Buy milk", description: "a\nb", priority: "medium", dueDate: null } as const;
const version = `3.1795278185153.${"x".repeat(11)}`;

it("a version is as it always was: pages that are open while the program is renewed can be saved", () => {
  const asEver = "3.1795278185153.3z24qeoF8iz.fhj3NzEbLcO.wIJFandm4jo.47DEQpj8HBS";
  expect(writeEditBase({ ...stored, ...state }).slice(0, asEver.length)).toBe(asEver);
  expect(readEditBase(asEver)?.state).toEqual(state);
});

it("a form that was drawn before a field was there leaves it alone", () => {
  const asEver = readEditBase(writeEditBase({ ...stored, ...state }));
  if (!asEver) throw new Error("no version");
  const { dueDate: _later, ...prints } = asEver.prints;
  const base = { ...asEver, prints };
  expect(fieldsOf(base)).toEqual(formProperties.filter((property) => property !== "dueDate"));
  expect(mergeEdits(base, stored, { ...stored, dueDate: "2026-12-01" })).toEqual({ change: {}, conflicts: [] });
});

it("what was written is read, with a print of each field of the form", () => {
  const read = readEditBase(writeEditBase({ ...stored, ...state }));
  expect(read?.state).toEqual(state);
  expect(Object.keys(read?.prints ?? {})).toEqual(formProperties);
});

it.each([
  "",
  "3",
  version,
  `${version}.short`,
  `3.1.${Array(formProperties.length + 1)
    .fill("x".repeat(11))
    .join(".")}`,
  undefined,
])("%j is no version", (text) => {
  expect(readEditBase(text)).toBeNull();
});

it.each(formProperties)("%s takes part in the merge of two edits", (property) => {
  const base = readEditBase(writeEditBase({ ...stored, ...state }));
  if (!base) throw new Error("no version");
  const other = { title: "Buy oat milk", description: "c", priority: "high", dueDate: "2026-12-01" } as const;
  const changed = { ...stored, [property]: other[property] };
  expect(mergeEdits(base, changed, stored)).toEqual({ change: { [property]: other[property] }, conflicts: [] });
  expect(mergeEdits(base, stored, changed)).toEqual({ change: {}, conflicts: [] });
  const third = { ...stored, [property]: property === "priority" ? "low" : "2027-01-01" };
  expect(mergeEdits(base, changed, third).conflicts).toEqual([property]);
});

it("a form holds every field, and an empty one means none", () => {
  expect(toFormValues(stored)).toEqual({ ...stored, dueDate: "" });
  expect(readEdit({ title: "Buy milk", priority: "medium" })).toEqual({ ...stored, description: null });
});
