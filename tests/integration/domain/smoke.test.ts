import { expect, it } from "vitest";
import { db } from "~/data/db.server";
import { config } from "~/config.server";
it("x", async () => { console.log(config().databaseUrl); expect(await db().user.count()).toBe(0); });
