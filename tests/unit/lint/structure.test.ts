import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/* What ESLint's arrows do not see: circles, drawers of files, and files that have become two rooms. */

const root = path.resolve(import.meta.dirname, "../../..");
const app = path.join(root, "app");

const sources = readdirSync(app, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll(path.sep, "/"))
  .filter((file) => /\.tsx?$/.test(file) && !file.includes("/generated/"));
const known = new Set(sources);

/** Folders of more than 15 files that are right as they are, and why. */
const largeFolders: Record<string, string> = {
  "identity/pages": "each file is a page at an address of its own, which app/routes.ts lists",
};

/** Files of more than 300 lines that are right as they are, and why. */
const longFiles: Record<string, string> = {};

/** The files of the program that a file imports, types included. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(app, file), "utf8"), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (!/^[.~]/.test(fileName)) return [];
    const target = fileName.startsWith("~/") ? fileName.slice(2) : path.posix.join(path.posix.dirname(file), fileName);
    return [target, `${target}.ts`, `${target}.tsx`].filter((name) => known.has(name)).slice(0, 1);
  });
}

const imports = new Map(sources.map((file) => [file, importsOf(file)]));

/** A way that leads from a place back to it, for each circle that is found. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (place: string, way: string[]) => {
    if (way.includes(place)) {
      circles.push([...way.slice(way.indexOf(place)), place]);
      return;
    }
    if (done.has(place)) return;
    for (const next of graph.get(place) ?? []) visit(next, [...way, place]);
    done.add(place);
  };
  for (const place of graph.keys()) visit(place, []);
  return circles;
}

describe("circles", () => {
  it("are found where there are some", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", ["a"]],
    ]);
    expect(circlesIn(graph)).toEqual([["a", "b", "c", "a"]]);
  });

  it("there is none between files", () => {
    expect([...imports.values()].flat().length).toBeGreaterThan(500);
    expect(circlesIn(imports)).toEqual([]);
  });

  it.each(["identity", "tasks"])("there is none between the folders of the domain: %s", (feature) => {
    const folders = new Map<string, string[]>();
    for (const [file, imported] of imports) {
      const folder = path.posix.dirname(file);
      if (!folder.startsWith(`${feature}/domain`)) continue;
      const others = imported.map((other) => path.posix.dirname(other)).filter((other) => other !== folder);
      folders.set(folder, [...(folders.get(folder) ?? []), ...others]);
    }
    expect(folders.size).toBeGreaterThan(0);
    expect(circlesIn(folders)).toEqual([]);
  });
});

it("a folder holds at most 15 files, or there is a reason", () => {
  const counts = new Map<string, number>();
  for (const file of sources) counts.set(path.posix.dirname(file), (counts.get(path.posix.dirname(file)) ?? 0) + 1);
  const large = [...counts].filter(([, count]) => count > 15).map(([folder]) => folder);
  expect(large.sort()).toEqual(Object.keys(largeFolders).sort());
});

it("a file holds at most 300 lines, or there is a reason", () => {
  const long = sources.filter((file) => readFileSync(path.join(app, file), "utf8").split("\n").length - 1 > 300);
  expect(long.sort()).toEqual(Object.keys(longFiles).sort());
});
