import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/* Links between the documents lead to a file that is there, and to a heading in it. */

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

const documents = [
  "README.md",
  ...readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll(path.sep, "/")}`),
];

/** What is not code: headings and links in a program are none. */
const prose = (markdown: string) => markdown.replace(/^```.*?^```/gms, "");

/** The anchors of a document's headings, made as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before ? `${anchor}-${before}` : anchor;
  });
}

const linksIn = (markdown: string) =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));

/** What is wrong with a link of a document, or nothing. */
function fault(from: string, target: string): string | undefined {
  const [file = "", anchor] = target.split("#");
  const to = file ? path.posix.join(path.posix.dirname(from), file) : from;
  if (!existsSync(path.join(root, to))) return `${target}: no such file`;
  if (anchor !== undefined && !anchorsOf(read(to)).includes(anchor)) return `${target}: no such heading`;
  return undefined;
}

it.each(documents)("every link of %s leads somewhere", (file) => {
  const faults = linksIn(read(file)).map((target) => fault(file, target));
  expect(faults.filter(Boolean)).toEqual([]);
});

it("a link to a file or a heading that is missing is noticed", () => {
  expect(fault("docs/security.md", "security/none.md")).toBe("security/none.md: no such file");
  expect(fault("docs/security.md", "security/asvs.md#none")).toBe("security/asvs.md#none: no such heading");
  expect(fault("docs/security.md", "security/asvs.md#not-met")).toBeUndefined();
  expect(fault("docs/security.md", "#chapters")).toBeUndefined();
});

describe("the chapters on security", () => {
  const chapters = readdirSync(path.join(root, "docs/security"));

  it("are short enough to be read, and stand in the index", () => {
    const index = [...linksIn(read("docs/security.md")), ...linksIn(read("docs/security/asvs.md"))];
    for (const file of chapters) {
      expect([file, read(`docs/security/${file}`).split("\n").length <= 150]).toEqual([file, true]);
      expect([file, index.some((link) => link === file || link === `security/${file}`)]).toEqual([file, true]);
    }
  });
});
