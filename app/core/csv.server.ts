import { stringify } from "csv-stringify/sync";

/**
 * Tables for spreadsheets (RFC 4180): UTF-8 with a byte order mark, without which Excel takes it for another encoding,
 * and every cell in quotes, so that no list separator of a country splits one.
 *
 * @param columns - the head
 * @param pages - the rows, some at a time
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
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection). The library looks
 * at the first character alone; some programs drop spaces and line ends before they look.
 */
const harmless = (text: string): string => (/^\s+[=+\-@＝＋－＠]|^\n/.test(text) ? `'${text}` : text);
