import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const versions = "/usr/lib/postgresql";

/**
 * The folder of a complete PostgreSQL with `pg_dump` and `psql`, as installed by Debian and its derivatives, because
 * the npm package contains only the server. Undefined if there is none.
 */
export function installedPostgres(): string | undefined {
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => path.join(versions, version, "bin"))
    .find((bin) =>
      ["initdb", "postgres", "pg_dump", "pg_restore", "psql"].every((name) => existsSync(path.join(bin, name))),
    );
}
