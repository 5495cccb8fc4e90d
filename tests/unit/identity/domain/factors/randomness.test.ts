import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newBackupCodes } from "~/identity/domain/factors/backup-codes.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { newTotpSecret } from "~/identity/domain/factors/totp";

/* The system's generator, and nothing else, decides what a secret is: with one that is no generator, they are foretold. */

const drawing = (fill: number) =>
  vi.spyOn(crypto, "randomBytes").mockImplementation((size: number) => Buffer.alloc(size, fill));

beforeEach(() => {
  vi.restoreAllMocks();
});

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it.each([
  [0, "aaaaa-aaaaa", "A".repeat(32)],
  [255, "99999-99999", "7".repeat(32)],
])("backup codes, their salt and the secret of the app come from it: %d", async (fill, code, secret) => {
  drawing(fill);
  syncBuiltinESMExports();
  const { codes, salt } = await newBackupCodes(operatorsTurn);
  expect(codes).toEqual(Array.from({ length: 10 }, () => code));
  expect(salt).toBe(Buffer.alloc(16, fill).toString("base64url"));
  expect(newTotpSecret()).toBe(secret);
});

it("a backup code is ten signs, each one of 32: 50 bits", async () => {
  const drawn = vi.spyOn(crypto, "randomBytes");
  syncBuiltinESMExports();
  // Ten codes of ten bytes at a time; with the salts they are every byte there is.
  let next = 0;
  drawn.mockImplementation((size: number) => Buffer.from(Array.from({ length: size }, () => next++ % 256)));
  const sets = [
    await newBackupCodes(operatorsTurn),
    await newBackupCodes(operatorsTurn),
    await newBackupCodes(operatorsTurn),
  ];
  const signs = [
    ...sets
      .flatMap(({ codes }) => codes)
      .join("")
      .replaceAll("-", ""),
  ];
  expect(signs).toHaveLength(300);
  expect(new Set(signs).size).toBe(32);
});
