import { once } from "node:events";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { BoundedPool, limitsWithin } from "~/core/data/postgresql/postgres-pool.server";
import { databaseKind } from "../../../support/databases";

describe.runIf(databaseKind === "postgresql")("the pool of connections", () => {
  const url = config().databaseUrl;
  const bounded = new BoundedPool(url, limitsWithin(10_000), 2);
  /** A pool that lets go of everything, to know when the time is up. */
  const plain = new pg.Pool({ connectionString: url, max: 1 });
  afterAll(() => Promise.all([bounded.end(), plain.end()]));

  it("keeps one however long nobody needs it, so that a restore sees the server", async () => {
    for (const pool of [bounded, plain]) pool.options.idleTimeoutMillis = 1;
    const [first, second, other] = [await bounded.connect(), await bounded.connect(), await plain.connect()];
    expect(bounded.totalCount).toBe(2);
    const timeIsUp = once(plain, "remove");
    for (const client of [first, second, other]) client.release();
    await timeIsUp;
    expect([bounded.totalCount, plain.totalCount]).toEqual([1, 0]);
  });
});
