import { stringify } from "csv-stringify/sync";

/**
 * Writes a table for spreadsheets (RFC 4180). It starts with a byte order mark, without which Excel does not read it as
 * UTF-8. Every cell is quoted, because some countries use another list separator.
 *
 * @param columns - the headings
 * @param pages - the rows, in batches
 */
export async function* csv(
  columns: readonly string[],
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<string> {
  yield `\uFEFF${lines([columns])}`;
  for await (const rows of pages) yield lines(rows);
}

export type Cell = string | number | boolean | Date | null;

const lines = (rows: readonly (readonly Cell[])[]): string =>
  stringify(
    rows.map((row) => row.map((cell) => (typeof cell === "string" ? harmless(cell) : cell))),
    {
      quoted: true,
      quoted_empty: true,
      record_delimiter: "\r\n",
      escape_formulas: true,
      cast: { boolean: String, date: (date) => date.toISOString() },
    },
  );

/**
 * Puts an apostrophe in front of text that a spreadsheet would run as a formula (OWASP, CSV Injection). The library
 * checks the first character only; some programs skip spaces and line ends first.
 */
const harmless = (text: string): string => (/^\s+[=+\-@＝＋－＠]|^\n/.test(text) ? `'${text}` : text);
