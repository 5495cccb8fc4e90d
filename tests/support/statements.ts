import Database from "better-sqlite3";
import pg from "pg";
import { databaseKind } from "./databases";

/**
 * The statements that reach the database while something runs in this process, as text with placeholders: two runs that
 * do the same have the same list, whatever their values are.
 */
export async function statementsOf(run: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const target = (databaseKind === "postgresql" ? pg.Client.prototype : Database.prototype) as unknown as Door;
  const name = databaseKind === "postgresql" ? "query" : "prepare";
  const through = target[name] as Method;
  target[name] = function (this: unknown, statement: unknown, ...rest: unknown[]) {
    statements.push(typeof statement === "string" ? statement : (statement as { text: string }).text);
    return through.call(this, statement, ...rest);
  };
  try {
    await run();
  } finally {
    target[name] = through;
  }
  return statements;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;
type Door = Record<string, Method>;
