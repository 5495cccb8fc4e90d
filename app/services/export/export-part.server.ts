import type { Actor } from "~/core/actor";
import { registry } from "~/core/registry";

/** One list of the file that holds everything: a member of its JSON, whose items come some at a time. */
export type ExportList = Readonly<{ member: string; pages: (actor: Actor) => AsyncIterable<readonly object[]> }>;

/** What a feature puts into the file that holds everything: members that are read at once, or a long list. */
export type ExportPart = Readonly<{
  /** Where it stands in the file: the parts are written in the order of their places. */
  place: number;
}> &
  (Readonly<{ members: (actor: Actor) => Promise<object> }> | ExportList);

/** A list as a file of its own. */
export type ExportTable = Readonly<{
  kind: ExportTableKind;
  /** What the file is called: "holdfast-<name>-2026-11-27.csv". */
  name: string;
  /** What the security log says of it. */
  detail: string;
  csv: (actor: Actor) => AsyncGenerator<string>;
}>;

/** The tables that features offer; each adds its own to this interface. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ExportTables {}
export type ExportTableKind = keyof ExportTables;

/** How much of something goes with an account, for the page that asks whether it shall be deleted. */
export type Holding = Readonly<{
  name: string;
  /** The table, with a column `user_id`. */
  table: string;
  one: string;
  many: string;
  /** Is it told when there is none? */
  evenIfNone: boolean;
}>;

export const exportParts = registry<ExportPart>("what an export holds");
export const exportTables = registry<ExportTable>("tables of an export");
export const holdings = registry<Holding>("what goes with an account");
