import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readKept, writeKept, type Addition } from "~/tasks/parts/kept-additions";

const place = "holdfast:additions";
const stored = new Map<string, string>();

beforeEach(() => {
  vi.stubGlobal("window", {
    sessionStorage: {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: string) => void stored.set(name, value),
      removeItem: (name: string) => void stored.delete(name),
    },
  });
});

afterEach(() => {
  stored.clear();
  vi.unstubAllGlobals();
});

const addition: Addition = { id: 1, title: "a", fields: [["title", "a"]], action: "/tasks", problem: null };
const refused: Addition = { ...addition, id: 2, problem: "It was not taken." };

describe("what is on its way", () => {
  it("is there again as it was, for its own account", () => {
    writeKept("mine", [addition, refused]);
    expect(readKept("mine")).toEqual([addition, refused]);
  });

  it("goes when somebody else asks for it", () => {
    writeKept("mine", [addition]);
    expect(readKept("yours")).toEqual([]);
    expect(stored.has(place)).toBe(false);
  });

  it.each([
    ["no JSON", "{"],
    ["a value of another kind", "7"],
    ["a list", "[]"],
    ["no list of additions", { account: "mine", waiting: { ...[addition] } }],
    ["nothing in the list's place", { account: "mine" }],
    ["an addition that is none", { account: "mine", waiting: [addition, null] }],
    ["an id of another kind", { account: "mine", waiting: [{ ...addition, id: "1" }] }],
    ["no title", { account: "mine", waiting: [{ ...addition, title: undefined }] }],
    ["fields of another form", { account: "mine", waiting: [{ ...addition, fields: { title: "a" } }] }],
    ["a field without a value", { account: "mine", waiting: [{ ...addition, fields: [["title"]] }] }],
    ["a field of another kind", { account: "mine", waiting: [{ ...addition, fields: [["title", 1]] }] }],
    ["no address", { account: "mine", waiting: [{ ...addition, action: null }] }],
    ["a problem of another kind", { account: "mine", waiting: [{ ...addition, problem: {} }] }],
  ])("that cannot be read is not there, and goes: %s", (_what, value) => {
    stored.set(place, typeof value === "string" ? value : JSON.stringify(value));
    expect(readKept("mine")).toEqual([]);
    expect(stored.has(place)).toBe(false);
  });
});
