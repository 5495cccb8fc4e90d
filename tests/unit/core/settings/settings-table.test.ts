import { expect, it } from "vitest";
import { readConfig } from "~/core/settings/config.server";
import { ownVariables, settingEntries } from "~/core/settings/settings-table";

it.each(settingEntries)("%s says which values it has, or gives one", (name, { docs }) => {
  expect([docs.values, docs.example, docs.madeBy].filter(Boolean)).toHaveLength(1);
  if (docs.example === undefined) return;
  expect(docs.example).not.toBe(docs.default);
  // With everything that mail and PostgreSQL want besides.
  const others = {
    PUBLIC_URL: "https://tasks.example.com",
    SESSION_SECRET: "s".repeat(16),
    JWT_SECRET_KEY: "j".repeat(32),
  };
  expect(() => readConfig({ ...others, [name]: docs.example })).not.toThrow();
});

it("a default that is written out is the one that counts", () => {
  const written = Object.fromEntries(settingEntries.map(([name, { docs }]) => [name, docs.default]));
  expect(readConfig(written)).toEqual(readConfig({}));
});

it("what Node reads too is not this program's alone", () => {
  const names = settingEntries.map(([name]) => name);
  expect(names.filter((name) => !ownVariables.includes(name))).toEqual(["TZ", "NODE_ENV"]);
});
