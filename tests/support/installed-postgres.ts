import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const versions = "/usr/lib/postgresql";

/**
 * The folder of a whole PostgreSQL, with `pg_dump` and `psql`, as Debian and its relatives install it; the npm package has a
 * server alone. Undefined where there is none.
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
