// Loaded into a server (node --import) by a test that counts statements on SQLite: writes a line for each to standard
// error.
import Database from "better-sqlite3";

const { prepare } = Database.prototype;
Database.prototype.prepare = function (sql) {
  process.stdout.write("STATEMENT\n");
  return prepare.call(this, sql);
};
