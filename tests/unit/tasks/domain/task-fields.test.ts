import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import {
  bodyProperties,
  fieldOf,
  formProperties,
  taskProperties,
  writingOf,
  writtenProperties,
} from "~/tasks/domain/task-fields";
import { newTaskBody, taskChangeBody, taskForm } from "~/tasks/domain/task-schema";

const prisma = readFileSync(path.resolve(import.meta.dirname, "../../../../prisma/schema.prisma"), "utf8");

/** The columns of a task in the schema of the database. */
const columnsOfSchema = (/^model Task \{\n([^]*?)^\}/m.exec(prisma)?.[1] ?? "")
  .split("\n")
  .filter((line) => /^ {2}\w+ +(String|Int|Boolean|DateTime)\b/.test(line))
  .map((line) => /@map\("(\w+)"\)/.exec(line)?.[1] ?? line.trim().split(" ")[0] ?? "");

it("the table of fields names every column that a task has, each once", () => {
  const keys = writtenProperties.flatMap((property) => writingOf(property).keyColumn ?? []);
  const named = [...taskProperties.map((property) => fieldOf(property).column), ...keys];
  expect(columnsOfSchema.length).toBeGreaterThan(10);
  expect(named.sort()).toEqual(columnsOfSchema.sort());
});

it("a name in JSON stands for one field", () => {
  const names = taskProperties.flatMap((property) => fieldOf(property).json ?? []);
  expect(new Set(names).size).toBe(names.length);
});

it("what is written can be written by every way in", () => {
  const inJson = bodyProperties.map((property) => fieldOf(property).json);
  expect([...writtenProperties].sort()).toEqual([...bodyProperties].sort());
  expect(Object.keys(newTaskBody.shape)).toEqual(inJson);
  expect(Object.keys(taskChangeBody.shape)).toEqual(inJson);
  expect(Object.keys(taskForm.shape)).toEqual([...formProperties]);
});

it("a new task has to say what has no initial value, and nothing else", () => {
  for (const property of bodyProperties) {
    const { initial, body } = writingOf(property);
    expect([property, body.safeParse(undefined).success]).toEqual([property, initial !== undefined]);
    if (initial !== undefined)
      expect([property, fieldOf(property).value.safeParse(initial).success]).toEqual([property, true]);
  }
});
