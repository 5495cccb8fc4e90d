import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { fillFromFile } from "~/core/settings/env-file.server";

const folder = mkdtempSync(path.join(tmpdir(), "env-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer, environment: Record<string, string | undefined> = {}) {
  const file = path.join(folder, ".env");
  writeFileSync(file, content);
  fillFromFile(environment, file);
  return environment;
}

const text = 'PORT=4000\nJWT_ISSUER="Größe"\n# a remark\nHOST=::1\n';
const settings = { PORT: "4000", JWT_ISSUER: "Größe", HOST: "::1" };

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

it.each([
  ["UTF-8", text],
  ["UTF-8 with a byte order mark", `\ufeff${text}`],
  ["line ends of Windows", text.replaceAll("\n", "\r\n")],
  ["line ends of Windows and a byte order mark", `\ufeff${text.replaceAll("\n", "\r\n")}`],
  ["line ends of an old Mac", text.replaceAll("\n", "\r")],
  ["UTF-16, the low byte first", utf16(text)],
  ["UTF-16, the high byte first", utf16(text.replaceAll("\n", "\r\n")).swap16()],
])("reads %s", (_what, content) => expect(read(content)).toEqual(settings));

it("does not touch what the environment says, be it nothing", () =>
  expect(read(text, { PORT: "1", HOST: "" })).toEqual({ ...settings, PORT: "1", HOST: "" }));

it("is content without a file", () => {
  const environment = {};
  fillFromFile(environment, path.join(folder, "none"));
  expect(environment).toEqual({});
});

it.each([
  ["bytes that are no text", Buffer.from([0x50, 0x3d, 0xff, 0xff])],
  ["UTF-16 without a mark", Buffer.from(text, "utf16le")],
])("refuses %s, naming the file", (_what, content) => expect(() => read(content)).toThrow(/\.env is not readable/));
