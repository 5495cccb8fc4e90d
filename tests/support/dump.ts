import { databaseKind } from "~/core/data/database-url.server";
import { runSql } from "./catalogue";

/** Every row of every table as text, for tests of what must not be in the database. */
export async function dumpDatabase(url: string): Promise<string> {
  const tables = (await runSql(
    url,
    databaseKind(url) === "sqlite"
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  )) as { name: string }[];
  const contents = await Promise.all(tables.map(({ name }) => runSql(url, `SELECT * FROM "${name}"`)));
  return JSON.stringify(contents);
}
