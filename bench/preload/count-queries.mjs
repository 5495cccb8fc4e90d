// Loaded before the server (NODE_OPTIONS=--import): writes every statement that better-sqlite3 executes to the file
// named by BENCH_STATEMENTS, one a line, so that queries are counted and not estimated.
import Database from "better-sqlite3";
import { appendFileSync } from "node:fs";

const file = process.env.BENCH_STATEMENTS ?? "";
const note = (sql) => appendFileSync(file, `${JSON.stringify(sql.replace(/\s+/g, " ").trim())}\n`);

const sample = new Database(":memory:");
const statement = Object.getPrototypeOf(sample.prepare("SELECT 1"));
sample.close();

for (const method of ["run", "get", "all", "iterate"]) {
  const original = statement[method];
  statement[method] = function (...args) {
    note(this.source);
    return original.apply(this, args);
  };
}

const execute = Database.prototype.exec;
Database.prototype.exec = function (sql) {
  note(sql);
  return execute.call(this, sql);
};
