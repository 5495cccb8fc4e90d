import Database from "better-sqlite3";
import pg from "pg";
import { databaseKind, sqlitePath } from "~/core/data/database-url.server";

/** Runs SQL on a database of either kind. Returns the rows of its last (or only) query as plain objects. */
export async function runSql(url: string, sql: string): Promise<unknown[]> {
  if (databaseKind(url) === "sqlite") return runSqlite(url, sql);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function runSqlite(url: string, sql: string): unknown[] {
  const database = new Database(sqlitePath(url));
  try {
    if (/^\s*(SELECT|PRAGMA)/i.test(sql)) return database.prepare(sql).all();
    database.exec(sql);
    return [];
  } finally {
    database.close();
  }
}

/**
 * The database's own description of its tables: columns with type, nullability and default, primary keys, foreign keys
 * with their actions, unique and other indexes. One line each, sorted, so that two databases can be compared as text
 * and the order of columns does not matter.
 */
export async function describeDatabase(url: string): Promise<string[]> {
  const queries = databaseKind(url) === "sqlite" ? sqliteQueries : postgresqlQueries;
  const rows = (await Promise.all(queries.map((sql) => runSql(url, sql)))).flat();
  return rows.map((row) => JSON.stringify(row)).sort();
}

const ownTables = "t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_prisma_migrations'";

const sqliteQueries = [
  `SELECT 'column' AS what, t.name AS "table", c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
     FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE ${ownTables}`,
  `SELECT 'foreign key' AS what, t.name AS "table", f."table" AS target, f.seq, f."from", f."to", f.on_update, f.on_delete
     FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE ${ownTables}`,
  `SELECT 'index' AS what, t.name AS "table", i.name, i."unique", i.origin, i.partial, x.seqno, x.name AS "column", x."desc", x.coll
     FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) x WHERE ${ownTables}`,
];

const postgresqlQueries = [
  `SELECT 'column' AS what, table_name, column_name, data_type, character_maximum_length, numeric_precision,
          datetime_precision, is_nullable, column_default, is_identity, is_generated
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
  `SELECT 'constraint' AS what, r.relname, c.conname, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.connamespace = 'public'::regnamespace AND r.relname <> '_prisma_migrations'`,
  `SELECT 'index' AS what, tablename, indexname, indexdef
     FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
];
