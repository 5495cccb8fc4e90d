import { describe, expect, it } from "vitest";
import { hash as argon2 } from "@node-rs/argon2";
import {
  hashPassword,
  isOfOldForm,
  needsRehash,
  refuseGuessable,
  verifyPassword,
} from "~/identity/domain/passwords/passwords.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { Invalid } from "~/core/errors";
import { withSettings } from "../../../../support/settings";

const refused = (password: string, email = "ada.lovelace@example.com") =>
  expect(refuseGuessable(password, email, "password")).rejects.toBeInstanceOf(Invalid);
const accepted = (password: string, email = "ada.lovelace@example.com") =>
  expect(refuseGuessable(password, email, "password")).resolves.toBeUndefined();

describe("guessable passwords", () => {
  it.each(["password", "PASSWORD", "password1", "12345678", "iloveyou", "qwertyuiop", "sunshine"])(
    "common: %s",
    (common) => refused(common),
  );
  it("common in another form", () =>
    withSettings({}, async () => {
      const { dictionary } = await import("@zxcvbn-ts/language-common");
      const marked = dictionary["passwords-common"].find(
        (entry) => entry.length >= 8 && entry !== entry.normalize("NFD"),
      );
      await refused((marked ?? "password").normalize("NFD"));
      await refused("jose\u0301.maria", "jos\u00e9.maria@example.com");
    }));
  it("the first three thousand of the list that are long enough, and more", async () => {
    const { dictionary } = await import("@zxcvbn-ts/language-common");
    const longEnough = dictionary["passwords-common"].filter((entry) => [...entry].length >= 8);
    expect(longEnough.length).toBeGreaterThan(3000);
    for (const common of longEnough.slice(0, 3000)) await refused(common);
  });

  it.each(["ada.lovelace", "ADA.Lovelace"])("the e-mail's local part: %s", (local) => refused(local));
  it.each(["holdfast", "HoldFast"])("the product's name: %s", (name) => refused(name));
  it.each(["a quiet walk before breakfast", "ada.lovelace@example.com", "holdfast!!", "🔑".repeat(8), "x7#kP9qz!"])(
    "no rule against: %s",
    (free) => accepted(free),
  );

  it("the list is off with PASSWORD_BLOCKLIST=off, the names are not", () =>
    withSettings({ PASSWORD_BLOCKLIST: "off" }, async () => {
      const { refuseGuessable } = await import("~/identity/domain/passwords/passwords.server");
      await expect(refuseGuessable("password1", "ada@example.com", "password")).resolves.toBeUndefined();
      await expect(refuseGuessable("HOLDFAST", "ada@example.com", "password")).rejects.toMatchObject({
        name: "Invalid",
      });
      await expect(refuseGuessable("long.name", "long.name@x.de", "password")).rejects.toMatchObject({
        name: "Invalid",
      });
    }));
});

describe("hashes", () => {
  it("two of one password differ, and both fit it and nothing else", async () => {
    const [one, other] = [
      await hashPassword("secret 🔑 ", operatorsTurn),
      await hashPassword("secret 🔑 ", operatorsTurn),
    ];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    for (const hash of [one, other]) {
      expect(await verifyPassword(hash, "secret 🔑 ", operatorsTurn)).toBe(true);
      expect(await verifyPassword(hash, "secret 🔑", operatorsTurn)).toBe(false);
      expect(await verifyPassword(hash, "", operatorsTurn)).toBe(false);
    }
  });

  it.each([null, "", "garbage", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$YWJj"])(
    "none fits %j",
    async (stored) => {
      expect(await verifyPassword(stored, "secret", operatorsTurn)).toBe(false);
    },
  );

  const [composed, decomposed] = ["gr\u00fc\u00dfe aus k\u00f6ln", "gru\u0308\u00dfe aus ko\u0308ln"];

  it("one fits its password in any form, and no other letters", async () => {
    for (const form of [composed, decomposed]) {
      const hash = await hashPassword(form, operatorsTurn);
      for (const typed of [composed, decomposed]) {
        expect(await verifyPassword(hash, typed, operatorsTurn)).toBe(true);
        expect(await isOfOldForm(hash, typed, operatorsTurn)).toBe(false);
      }
      // Form C makes the same of what is the same, and not of what only looks alike.
      for (const other of [
        composed.replace("\u00df", "ss"),
        composed.toUpperCase(),
        composed.replaceAll("\u00fc", "u"),
      ])
        expect(await verifyPassword(hash, other, operatorsTurn)).toBe(false);
    }
  });

  it("one that was made of a password as it was typed fits that alone, and is known by it", async () => {
    const hash = await argon2(decomposed, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(await verifyPassword(hash, decomposed, operatorsTurn)).toBe(true);
    expect(await verifyPassword(hash, composed, operatorsTurn)).toBe(false);
    expect(await isOfOldForm(hash, decomposed, operatorsTurn)).toBe(true);
    expect(await verifyPassword(null, decomposed, operatorsTurn)).toBe(false);
  });

  it.each([
    ["$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", false],
    ["$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA", false],
    ["$argon2id$v=19$m=19455,t=2,p=1$c2FsdA$aGFzaA", true],
    ["$argon2id$v=19$m=19456,t=1,p=1$c2FsdA$aGFzaA", true],
    ["$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", true],
    ["$argon2d$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", true],
    ["$argon2id$v=16$m=19456,t=2,p=1$c2FsdA$aGFzaA", true],
    ["$2b$12$abcdefghijklmnopqrstuv", true],
    ["", true],
  ])("%s is to be made anew: %s", (stored, weaker) => expect(needsRehash(stored)).toBe(weaker));

  it("so many may wait at once and no more; the rest is told to come back", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 260 }, () => verifyPassword("garbage", "x", operatorsTurn)),
    );
    const turnedAway = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(turnedAway.length).toBeLessThan(60);
    for (const { reason } of turnedAway) expect(reason).toMatchObject({ name: "RateLimited", retryAfterSeconds: 2 });
    expect(await verifyPassword("garbage", "x", operatorsTurn)).toBe(false);
  });
});
