import { describe, expect, it } from "vitest";
import { csv, type Cell } from "~/core/csv.server";

async function tableOf(...pages: Cell[][][]): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/require-await -- the pages of a test are at hand
  const source = async function* () {
    yield* pages;
  };
  let text = "";
  for await (const part of csv(["a", "b"], source())) text += part;
  return text;
}

const cell = async (value: Cell) => /^\uFEFF"a","b"\r\n"([^]*)","x"\r\n$/.exec(await tableOf([[value, "x"]]))?.[1];

describe("csv", () => {
  it("is RFC 4180 with a byte order mark, every cell in quotes, whatever the pages", async () => {
    const rows: Cell[][] = [
      ['say "hi", twice', "two\nlines; one cell"],
      [true, null],
      [new Date("2026-01-02T03:04:05Z"), 7],
    ];
    const expected =
      '\uFEFF"a","b"\r\n"say ""hi"", twice","two\nlines; one cell"\r\n"true",""\r\n"2026-01-02T03:04:05.000Z","7"\r\n';
    expect(await tableOf(rows)).toBe(expected);
    expect(await tableOf(...rows.map((row) => [row]))).toBe(expected);
    expect(await tableOf()).toBe('\uFEFF"a","b"\r\n');
  });

  it.each([
    ["=1+1"],
    ["+1"],
    ["-1+cmd|' /C calc'!A0"],
    ["@SUM(A1)"],
    ["\t=1+1"],
    ["\r=1+1"],
    ["\n=1+1"],
    ["\tplain"],
    ["\rplain"],
    ["\nplain"],
    ["  =1+1"],
    ["\u00a0=1+1"],
    ["＝1+1"],
    ["＋1"],
    ["－1"],
    ["＠A1"],
    [" ＝1"],
  ])("%j is text and no formula", async (value) => {
    expect(await cell(value)).toBe(`'${value}`);
  });

  it.each([["a=1"], ["'=1"], ["1-1"], [" plain"], ["mail@example.com"], ["\u{1F433}"]])(
    "%j stays as it is",
    async (value) => {
      expect(await cell(value)).toBe(value);
    },
  );

  it("a quote cannot end its cell and begin a formula in the next", async () => {
    expect(await tableOf([['","=1+1', "x"]])).toBe('\uFEFF"a","b"\r\n""",""=1+1","x"\r\n');
  });

  it("numbers below zero are numbers", async () => {
    expect(await cell(-1)).toBe("-1");
  });
});
