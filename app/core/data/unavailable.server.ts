/**
 * Recognises errors which mean that the database cannot be used at the moment. Drivers, adapters and the client each
 * report this in their own way and wrap each other's errors; only this module knows all of them.
 */

/** The trouble in the operator's words, for the log. */
export type Trouble =
  | "unreachable"
  | "too many connections"
  | "too slow"
  | "locked"
  | "disk full"
  | "read-only"
  | "disk error"
  | "damaged"
  | "file deleted or replaced";

/** The database cannot be used at the moment, as noticed by this program itself. */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
  constructor(
    readonly trouble: Trouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Error codes of the operating system for a connection to a server. */
const socketCodes = new Set(
  ["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EAI_FAIL"].concat(
    ["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "EADDRNOTAVAIL", "EMFILE", "ENFILE"],
  ),
);

/** Error codes of the client (P…) and error kinds of its driver adapters. */
const clientCodes: Readonly<Record<string, Trouble>> = {
  P1000: "unreachable",
  P1001: "unreachable",
  P1002: "too slow",
  P1003: "unreachable",
  P1008: "too slow",
  P1010: "unreachable",
  P1011: "unreachable",
  P1017: "unreachable",
  // Timed out waiting for a connection of the pool, or for a transaction to begin or end.
  P2024: "too slow",
  P2028: "too slow",
  // Repeated conflicts with another transaction.
  P2034: "locked",
  TransactionWriteConflict: "locked",
  P2037: "too many connections",
  AuthenticationFailed: "unreachable",
  DatabaseAccessDenied: "unreachable",
  DatabaseDoesNotExist: "unreachable",
  DatabaseNotReachable: "unreachable",
  ConnectionClosed: "unreachable",
  TlsConnectionError: "unreachable",
  SocketTimeout: "too slow",
  TooManyConnections: "too many connections",
};

/** SQLSTATE codes, or their class (PostgreSQL, appendix A). */
const sqlStates: readonly (readonly [start: string, trouble: Trouble])[] = [
  ["08", "unreachable"],
  ["25006", "read-only"],
  ["25P03", "too slow"],
  ["25P04", "too slow"],
  ["28", "unreachable"],
  ["3D000", "unreachable"],
  ["53100", "disk full"],
  ["53300", "too many connections"],
  ["53", "too slow"],
  ["55P03", "locked"],
  ["57014", "too slow"],
  ["57P", "unreachable"],
  ["58", "disk error"],
  ["XX001", "damaged"],
  ["XX002", "damaged"],
];

/** Result codes of SQLite, including their extended codes. */
const sqliteCodes: readonly (readonly [start: string, trouble: Trouble])[] = [
  ["SQLITE_BUSY", "locked"],
  ["SQLITE_LOCKED", "locked"],
  ["SQLITE_PROTOCOL", "locked"],
  ["SQLITE_INTERRUPT", "too slow"],
  ["SQLITE_FULL", "disk full"],
  ["SQLITE_READONLY", "read-only"],
  ["SQLITE_IOERR", "disk error"],
  ["SQLITE_CANTOPEN", "unreachable"],
  ["SQLITE_PERM", "unreachable"],
  // This does not pass by itself, but the fault is the database's and not the request's.
  ["SQLITE_CORRUPT", "damaged"],
  ["SQLITE_NOTADB", "damaged"],
];

/** Errors that the PostgreSQL driver tells apart only by their message. */
const driverWords: readonly (readonly [words: RegExp, trouble: Trouble])[] = [
  [/^Connection terminated/, "unreachable"],
  [/^Client (has encountered a connection error|was closed) and is not queryable/, "unreachable"],
  [/^Received unexpected \w+ message from backend/, "unreachable"],
  [/^Cannot use a pool after calling end/, "unreachable"],
  [/^The database connection is not open/, "unreachable"],
  [/^The server does not support SSL connections/, "unreachable"],
  [/^There was an error establishing an SSL connection/, "unreachable"],
  [/^timeout (exceeded when trying to connect|expired)/, "too slow"],
  [/^Query read timeout/, "too slow"],
];

type Layer = Readonly<{ code?: unknown; originalCode?: unknown; kind?: unknown; syscall?: unknown; message?: unknown }>;

/**
 * Whether an error means that the database cannot be used at the moment: unreachable, refusing, shutting down, too
 * slow, locked, full, read-only or damaged. Also searches the errors that the client and its adapters wrap.
 *
 * @returns the trouble; null for every other error
 */
export function troubleOf(error: unknown): Trouble | null {
  // The innermost error is the most precise: the adapter reports SQLite's "busy" as a socket timeout.
  for (const layer of layersOf(error).reverse()) {
    const trouble = layer instanceof DatabaseUnavailable ? layer.trouble : troubleOfLayer(layer);
    if (trouble) return trouble;
  }
  return null;
}

/** An error and the errors it wraps, outermost first. */
function layersOf(error: unknown): Layer[] {
  const layers: Layer[] = [];
  const pending: unknown[] = [error];
  while (pending.length > 0 && layers.length < 10) {
    const next = pending.shift();
    if (typeof next !== "object" || next === null || layers.includes(next)) continue;
    layers.push(next);
    if ("cause" in next) pending.push(next.cause);
    if ("meta" in next && typeof next.meta === "object" && next.meta && "driverAdapterError" in next.meta)
      pending.push(next.meta.driverAdapterError);
    // Holds one error for each address of a host.
    if (next instanceof AggregateError) pending.push(...(next.errors as unknown[]));
  }
  return layers;
}

function troubleOfLayer({ code, originalCode, kind, syscall, message }: Layer): Trouble | null {
  for (const name of [originalCode, code, kind]) {
    if (typeof name !== "string") continue;
    // The server's socket file does not exist.
    if (socketCodes.has(name) || (name === "ENOENT" && syscall === "connect")) return "unreachable";
    if (Object.hasOwn(clientCodes, name)) return clientCodes[name] ?? null;
    const starts = name.startsWith("SQLITE_") ? sqliteCodes : /^[0-9A-Z]{5}$/.test(name) ? sqlStates : [];
    const found = starts.find(([start]) => name.startsWith(start));
    if (found) return found[1];
  }
  if (typeof message !== "string") return null;
  return driverWords.find(([words]) => words.test(message))?.[1] ?? null;
}
