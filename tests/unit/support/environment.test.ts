import { afterEach, expect, it, vi } from "vitest";
import { settings } from "~/core/settings/settings-table";
import { setEnvironment } from "../../support/environment";

afterEach(() => {
  vi.unstubAllEnvs();
  setEnvironment({});
});

it("takes every setting of the machine away, and leaves to Node what is Node's", () => {
  for (const name of Object.keys(settings)) vi.stubEnv(name, "of the machine");
  setEnvironment({ LOG_LEVEL: "silent" });
  const left = Object.keys(settings).filter((name) => process.env[name] === "of the machine");
  expect(left).toEqual(["TZ", "NODE_ENV"]);
  expect([process.env.LOG_LEVEL, process.env.DATABASE_POOL]).toEqual(["silent", ""]);
});
