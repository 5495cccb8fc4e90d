import { readFileSync } from "node:fs";
import path from "node:path";
import { pages as table } from "~/routes";

/** An entry of the table of pages, for the tests that ask something of every page: a new page is in them at once. */
export type PageEntry = Readonly<{ address: string; file: string; source: string }>;

const app = path.resolve(import.meta.dirname, "../../app");

export const pages: readonly PageEntry[] = table.map(([address, file]) => ({
  address,
  file,
  source: readFileSync(path.join(app, file), "utf8"),
}));

/** An address of the table with something in the place of each parameter. */
export const filledIn = (address: string, value = "1"): string => address.replace(/:\w+/g, value);
