import { describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { passSecondFactor } from "~/identity/domain/factors/factor.server";
import { RateLimited } from "~/core/errors";
import { recording } from "~/services/audit/audit.server";
import { dumpDatabase } from "../../../../support/dump";
import { codeOf, withTotp, wrongCodeOf } from "../../../../support/factors";
import { client, newUser, permissionOf } from "../../../../support/people";
import { withSettingsAndDatabase } from "../../../../support/settings";
import { testSecrets } from "../../../../support/server";

async function newPerson() {
  const user = await newUser();
  const factor = await withTotp(user);
  const asked = { userId: user.id, permission: await permissionOf(user) };
  const totp = (code: string) => passSecondFactor(asked, { totpCode: code }, client, () => []);
  const backup = (code: string) => passSecondFactor(asked, { backupCode: code }, client, () => []);
  return { user, asked, ...factor, totp, backup };
}

const eventsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { userId } })).map(({ kind }) => kind).sort();

describe("a code of the app", () => {
  it("is accepted once", async () => {
    const { secret, totp, user } = await newPerson();
    const code = codeOf(secret);
    expect(await totp(code)).toBe(true);
    expect(await totp(code)).toBe(false);
    expect(await eventsOf(user.id)).toEqual(["second_factor_failed"]);
  });

  it("of five uses at once is accepted once, and what depends on it happens once", async () => {
    const { secret, user, asked } = await newPerson();
    const code = codeOf(secret);
    const uses = await Promise.all(
      Array.from({ length: 5 }, () =>
        passSecondFactor(asked, { totpCode: code }, client, () => [
          recording({ kind: "sign_in", userId: user.id, client }),
        ]),
      ),
    );
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect((await eventsOf(user.id)).filter((kind) => kind === "sign_in")).toHaveLength(1);
  });

  it.each([0, 1])("of the step %d away is accepted", async (steps) => {
    const { secret, totp } = await newPerson();
    expect(await totp(codeOf(secret, steps))).toBe(true);
  });

  it("of an earlier step than the last one is not accepted any more", async () => {
    const { secret, totp } = await newPerson();
    const [later = "", now = "", earlier = ""] = [1, 0, -1].map((steps) => codeOf(secret, steps));
    expect(await totp(later)).toBe(true);
    expect(await totp(now)).toBe(false);
    expect(await totp(earlier)).toBe(false);
  });

  it("of another account is none, and neither is a backup code in its place", async () => {
    const { totp, backupCodes } = await newPerson();
    const other = await newPerson();
    expect(await totp(codeOf(other.secret))).toBe(false);
    expect(await totp(backupCodes[0] ?? "")).toBe(false);
  });

  it("is asked of nobody before the first code has confirmed the secret", async () => {
    const { user, secret, totp } = await newPerson();
    await db().totpFactor.update({ where: { userId: user.id }, data: { confirmedAt: null } });
    expect(await totp(codeOf(secret))).toBe(false);
  });
});

describe("a backup code", () => {
  it("is accepted once, with or without its hyphen, in either case", async () => {
    const { backupCodes, backup, user } = await newPerson();
    expect(backupCodes).toHaveLength(10);
    expect(new Set(backupCodes).size).toBe(10);
    expect(await backup(backupCodes[0] ?? "")).toBe(true);
    expect(await backup(backupCodes[0] ?? "")).toBe(false);
    expect(await backup((backupCodes[1] ?? "").replace("-", " ").toUpperCase())).toBe(true);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(8);
    expect(await eventsOf(user.id)).toEqual(["backup_code_used", "backup_code_used", "second_factor_failed"]);
  });

  it("of five uses at once is accepted once", async () => {
    const { backupCodes, backup, user } = await newPerson();
    const uses = await Promise.all(Array.from({ length: 5 }, () => backup(backupCodes[0] ?? "")));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect((await eventsOf(user.id)).filter((kind) => kind === "backup_code_used")).toHaveLength(1);
  });

  it.each(["", "abcde", "abcde-fghij", "abcde-fghijk", "0llo0-0llo0", "\u0000"])("%j is none", async (code) => {
    const { backup } = await newPerson();
    expect(await backup(code)).toBe(false);
  });

  it("of another account is none", async () => {
    const { backup } = await newPerson();
    expect(await backup((await newPerson()).backupCodes[0] ?? "")).toBe(false);
  });
});

describe("the limit", () => {
  it("refuses after ten wrong answers of either kind, even a right one", async () => {
    const { secret, backupCodes, totp, backup } = await newPerson();
    for (let time = 0; time < 5; time++) {
      expect(await totp(wrongCodeOf(secret))).toBe(false);
      expect(await backup("abcde-fghij")).toBe(false);
    }
    await expect(totp(codeOf(secret))).rejects.toBeInstanceOf(RateLimited);
    await expect(backup(backupCodes[0] ?? "")).rejects.toBeInstanceOf(RateLimited);
  });

  it("lets no more than ten of thirty guesses at once be judged", async () => {
    const { secret, totp, user } = await newPerson();
    const guesses = await Promise.allSettled(Array.from({ length: 30 }, () => totp(wrongCodeOf(secret))));
    expect(guesses.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(10);
    expect(await eventsOf(user.id)).toHaveLength(guesses.filter(({ status }) => status === "fulfilled").length);
  });

  it("does not count what cannot be a code, nor write it down, and takes the right one then", async () => {
    const { secret, backupCodes, totp, backup, user } = await newPerson();
    for (let time = 0; time < 4; time++)
      for (const code of ["12345", "1234567", "12345a", "\u200b", codeOf(secret) + "0"]) {
        expect(await totp(code)).toBe(false);
        expect(await backup(code)).toBe(false);
      }
    expect(await eventsOf(user.id)).toEqual([]);
    expect(await totp(` ${codeOf(secret)}\u00ad`)).toBe(true);
    expect(await backup((backupCodes[0] ?? "").replace("-", "\u2013\u200b"))).toBe(true);
  });

  it("is not lifted by what cannot be a code", async () => {
    const { secret, totp } = await newPerson();
    for (let time = 0; time < 10; time++) await totp(wrongCodeOf(secret));
    expect(await totp("12345")).toBe(false);
    await expect(totp(codeOf(secret))).rejects.toBeInstanceOf(RateLimited);
  });

  it("is forgotten with a right answer", async () => {
    const { secret, totp } = await newPerson();
    for (let time = 0; time < 9; time++) await totp(wrongCodeOf(secret));
    expect(await totp(codeOf(secret))).toBe(true);
    expect(await totp(wrongCodeOf(secret))).toBe(false);
  });
});

describe("in a copy of the database", () => {
  it("neither the secret nor a backup code can be read", async () => {
    const { secret, backupCodes, user } = await newPerson();
    const everything = (await dumpDatabase(config().databaseUrl)).toLowerCase();
    expect(everything).toContain(user.id);
    expect(everything).not.toContain(secret.toLowerCase());
    for (const code of backupCodes) {
      expect(everything).not.toContain(code);
      expect(everything).not.toContain(code.replace("-", ""));
    }
    const [row] = await db().backupCode.findMany({ where: { userId: user.id } });
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("a rotated SESSION_SECRET", () => {
  const rotated = "another session secret for tests";
  const sealed = async (userId: string) =>
    (await db().totpFactor.findUniqueOrThrow({ where: { userId } })).sealedSecret;

  it("opens what the old one sealed, and seals it anew with the next code", async () => {
    const { user, secret } = await newPerson();
    const before = await sealed(user.id);
    const use = (secrets: string, code: string) =>
      withSettingsAndDatabase({ SESSION_SECRET: secrets }, async () => {
        const anew = await import("~/identity/domain/factors/factor.server");
        const { permissionOf } = await import("../../../../support/people");
        const asked = { userId: user.id, permission: await permissionOf(user) };
        return anew.passSecondFactor(asked, { totpCode: code }, client, () => []);
      });
    expect(await use(`${rotated},${testSecrets.SESSION_SECRET}`, codeOf(secret))).toBe(true);
    expect(await sealed(user.id)).not.toBe(before);
    expect(await use(rotated, codeOf(secret, 1))).toBe(true);
  });

  it("that is lost makes every code wrong, and leaves the backup codes", async () => {
    const { user, secret, backupCodes } = await newPerson();
    await withSettingsAndDatabase({ SESSION_SECRET: rotated }, async () => {
      const anew = await import("~/identity/domain/factors/factor.server");
      const { permissionOf } = await import("../../../../support/people");
      const asked = { userId: user.id, permission: await permissionOf(user) };
      const use = (answer: Parameters<typeof passSecondFactor>[1]) =>
        anew.passSecondFactor(asked, answer, client, () => []);
      expect(await use({ totpCode: codeOf(secret) })).toBe(false);
      expect(await use({ backupCode: backupCodes[0] ?? "" })).toBe(true);
    });
  });
});
