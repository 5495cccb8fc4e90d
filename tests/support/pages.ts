import { readFileSync } from "node:fs";
import path from "node:path";
import { pages as table } from "~/routes";

/** An entry of the table of pages, for tests that check every page. A new page is included automatically. */
export type PageEntry = Readonly<{ address: string; file: string; source: string }>;

const app = path.resolve(import.meta.dirname, "../../app");

export const pages: readonly PageEntry[] = table.map(([address, file]) => ({
  address,
  file,
  source: readFileSync(path.join(app, file), "utf8"),
}));

/** An address of the table with a value for each parameter. */
export const filledIn = (address: string, value = "1"): string => address.replace(/:\w+/g, value);
