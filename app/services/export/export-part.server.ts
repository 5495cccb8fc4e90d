import type { Actor } from "~/core/actor";
import { registry } from "~/core/registry";

/** One list of the full export: a member of its JSON, whose items are read in pages. */
export type ExportList = Readonly<{ member: string; pages: (actor: Actor) => AsyncIterable<readonly object[]> }>;

/** What a feature adds to the full export: members that are read at once, or a long list. */
export type ExportPart = Readonly<{
  /** The position in the file: parts are written in ascending order. */
  place: number;
}> &
  (Readonly<{ members: (actor: Actor) => Promise<object> }> | ExportList);

/** A list that can be exported as a file of its own. */
export type ExportTable = Readonly<{
  kind: ExportTableKind;
  /** The name within the file's name: "holdfast-<name>-2026-11-27.csv". */
  name: string;
  /** The detail of the event in the security log. */
  detail: string;
  csv: (actor: Actor) => AsyncGenerator<string>;
}>;

/**
 * The tables that features offer; each adds its own to this interface.
 *
 * @public
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ExportTables {}
export type ExportTableKind = keyof ExportTables;

/** What is deleted with an account, counted for the page that asks for confirmation. */
export type Holding = Readonly<{
  name: string;
  /** The table; it has a column `user_id`. */
  table: string;
  one: string;
  many: string;
  /** Whether it is listed even if there is none. */
  evenIfNone: boolean;
}>;

export const exportParts = registry<ExportPart>("what an export holds");
export const exportTables = registry<ExportTable>("tables of an export");
export const holdings = registry<Holding>("what goes with an account");
