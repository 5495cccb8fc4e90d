import { expect, it } from "vitest";
import { readEdit, toFormValues } from "~/tasks/domain/edit/task-edit.server";
import { mergeEdits, readVersion, writeVersion } from "~/tasks/domain/edit/task-version.server";
import { formProperties } from "~/tasks/domain/task-fields";

const state = { revision: 3, updatedAt: new Date("2026-11-21T16:23:05.153Z") };
const stored = { title: "Buy milk", description: "a\nb", priority: "medium", dueDate: null } as const;
const version = `3.1795278185153.${"x".repeat(11)}`;

it("a version is as it always was: pages that are open while the program is renewed can be saved", () => {
  expect(writeVersion({ ...stored, ...state })).toBe("3.1795278185153.3z24qeoF8iz.fhj3NzEbLcO.wIJFandm4jo.47DEQpj8HBS");
});

it("what was written is read, with a print of each field of the form", () => {
  const read = readVersion(writeVersion({ ...stored, ...state }));
  expect(read?.state).toEqual(state);
  expect(Object.keys(read?.prints ?? {})).toEqual(formProperties);
});

it.each(["", "3", version, `${version}.short`, `3.1.${Array(5).fill("x".repeat(11)).join(".")}`, undefined])(
  "%j is no version",
  (text) => {
    expect(readVersion(text)).toBeNull();
  },
);

it.each(formProperties)("%s takes part in the merge of two edits", (property) => {
  const base = readVersion(writeVersion({ ...stored, ...state }));
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
