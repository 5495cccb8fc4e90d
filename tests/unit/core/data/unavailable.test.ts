import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import { describe, expect, it } from "vitest";
import { DatabaseUnavailable, troubleOf } from "~/core/data/unavailable.server";

const coded = (code: string, more: object = {}) => Object.assign(new Error("it did not work"), { code, ...more });

/** As the client hands on what its adapter threw. */
const byClient = (code: string, cause: object) =>
  coded(code, { meta: { driverAdapterError: new DriverAdapterError(cause as never) } });

describe("an error that means that the database cannot be used", () => {
  it.each<[string, unknown, string]>([
    ["a refused connection", coded("ECONNREFUSED", { syscall: "connect" }), "unreachable"],
    ["one for each address of the host", new AggregateError([coded("ECONNREFUSED")]), "unreachable"],
    ["a socket file that is not there", coded("ENOENT", { syscall: "connect" }), "unreachable"],
    ["a cut", new Error("Connection terminated unexpectedly"), "unreachable"],
    ["a query on a dead connection", new Error("Client has encountered a connection error and is not queryable"), "unreachable"],
    ["no connection in time", new Error("timeout exceeded when trying to connect"), "too slow"],
    ["no answer in time", new Error("Query read timeout"), "too slow"],
    ["a shutdown", coded("57P01"), "unreachable"],
    ["a start", coded("57P03"), "unreachable"],
    ["a cancelled statement", coded("57014"), "too slow"],
    ["a lock", coded("55P03"), "locked"],
    ["too many connections", coded("53300"), "too many connections"],
    ["a full disk", coded("53100"), "disk full"],
    ["a standby", coded("25006"), "read-only"],
    ["a lost connection", coded("08006"), "unreachable"],
    ["by the client: not reachable", byClient("P1001", { kind: "DatabaseNotReachable" }), "unreachable"],
    ["by the client: a transaction that did not begin", coded("P2028"), "too slow"],
    [
      "by the client: SQLite busy, which its adapter calls a timeout",
      byClient("P1008", { kind: "SocketTimeout", originalCode: "SQLITE_BUSY" }),
      "locked",
    ],
    ["by the client: a raw query", byClient("P2010", { kind: "postgres", originalCode: "57P01" }), "unreachable"],
    ["SQLite's full disk", byClient("P2039", { kind: "sqlite", originalCode: "SQLITE_FULL" }), "disk full"],
    ["SQLite's failed write", coded("SQLITE_IOERR_WRITE"), "disk error"],
    ["SQLite read-only", coded("SQLITE_READONLY_DBMOVED"), "read-only"],
    ["no SQLite file", coded("SQLITE_NOTADB"), "damaged"],
    ["our own finding", new Error("outer", { cause: new DatabaseUnavailable("locked", "inner") }), "locked"],
  ])("%s", (_name, error, trouble) => {
    expect(troubleOf(error)).toBe(trouble);
  });
});

it("tells a conflict of transactions that came at every try", () => {
  expect(troubleOf(byClient("P2034", { kind: "TransactionWriteConflict", originalCode: "40P01" }))).toBe("locked");
});

describe("any other error", () => {
  it.each<[string, unknown]>([
    ["a unique violation", byClient("P2002", { kind: "UniqueConstraintViolation", originalCode: "23505" })],
    ["a missing row", coded("P2025")],
    ["a fault of the program's", new TypeError("undefined is not a function")],
    ["a missing file", coded("ENOENT", { syscall: "open" })],
    ["an answer", new Response()],
    ["nothing", undefined],
  ])("is not: %s", (_name, error) => {
    expect(troubleOf(error)).toBeNull();
  });
});
