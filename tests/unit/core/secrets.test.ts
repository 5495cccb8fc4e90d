import { randomBytes } from "node:crypto";
import { expect, it, vi } from "vitest";
import { hashSecret, newSecret } from "~/core/secrets.server";

vi.mock("node:crypto", { spy: true });

it("a secret is 256 bits from the system's generator, all of them kept, and another one every time", () => {
  vi.mocked(randomBytes).mockClear();
  const secrets = [newSecret(), newSecret()];
  const drawn = vi.mocked(randomBytes).mock.results.map(({ value }) => value as Buffer);
  expect(drawn.map((bytes) => bytes.length)).toEqual([32, 32]);
  expect(secrets).toEqual(drawn.map((bytes) => bytes.toString("base64url")));
  expect(secrets[0]).not.toBe(secrets[1]);
});

it("its hash is SHA-256 and does not contain it", () => {
  // The test vector of FIPS 180-2, appendix B.1.
  expect(hashSecret("abc")).toBe(
    Buffer.from("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "hex").toString("base64url"),
  );
});
