import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import {
  hasTokenPrefix,
  isPersonalToken,
  newPersonalToken,
  tokenEnding,
} from "~/identity/domain/tokens/personal-token";

const token = newPersonalToken();

it("has a prefix that secret scanners know, 40 random characters, and a checksum", () => {
  expect(token).toMatch(/^holdfast_pat_[\dA-Za-z]{46}$/);
  expect(hasTokenPrefix(token)).toBe(true);
  expect(isPersonalToken(token)).toBe(true);
  expect(tokenEnding(token)).toBe(`…${token.slice(-4)}`);
});

it("the checksum is the CRC-32 of what stands before it, in base 62", () => {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const value = [...token.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  expect(value).toBe(crc32(token.slice(0, -6)));
});

it("no two are the same", () => {
  const tokens = new Set(Array.from({ length: 1_000 }, newPersonalToken));
  expect(tokens.size).toBe(1_000);
});

const swapped = (at: number) => token.slice(0, at) + (token[at] === "a" ? "b" : "a") + token.slice(at + 1);

it.each([
  ["a character changed", swapped(20)],
  ["the checksum changed", swapped(token.length - 1)],
  ["cut off", token.slice(0, -1)],
  ["more", `${token}0`],
  ["another prefix", token.replace("holdfast_pat_", "github_pat_")],
  ["a line end behind", `${token}\n`],
  ["nothing", ""],
])("is none: %s", (_what, text) => {
  expect(isPersonalToken(text)).toBe(false);
});
