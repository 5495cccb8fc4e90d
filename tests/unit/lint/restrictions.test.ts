import { ESLint, type Linter } from "eslint";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/*
 * Of two blocks of ESLint's configuration that set the same rule for a file, the later one's options replace the earlier
 * one's. What a block refuses must therefore be among what is refused in the end.
 */

const root = path.resolve(import.meta.dirname, "../../..");
const refusing = ["no-restricted-syntax", "no-restricted-globals", "no-restricted-imports", "no-restricted-properties"];

const sources = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes("generated"))
  .map((file) => path.join(root, "app", file));

/** The refusals of each rule for a file, each as text, under a configuration. */
async function refusalsIn(eslint: ESLint, file: string): Promise<string[]> {
  const { rules = {} } = (await eslint.calculateConfigForFile(file)) as Linter.Config;
  return refusing.flatMap((rule) => {
    const entry = rules[rule];
    const refused: unknown[] = Array.isArray(entry) ? entry.slice(1) : [];
    return refused.map((refusal) => `${rule}: ${JSON.stringify(refusal)}`);
  });
}

/** What one block refuses by itself. */
const alone = ({ files, ignores, rules = {} }: Linter.Config) =>
  new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      // "app/**" alone does not make ESLint look at a file.
      { files: ["**/*.{ts,tsx}"] },
      {
        ...(files && { files }),
        ...(ignores && { ignores }),
        rules: Object.fromEntries(refusing.flatMap((rule) => (rules[rule] ? [[rule, rules[rule]]] : []))),
      },
    ],
  });

/** What some block refuses in a file, and another block lets pass again. */
async function lostIn(config: Linter.Config[]): Promise<string[]> {
  const blocks = config.filter(({ rules = {} }) => refusing.some((rule) => rule in rules));
  const whole = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [{ files: ["**/*.{ts,tsx}"] }, ...blocks],
  });
  const parts = blocks.map(alone);
  const lost: string[] = [];
  for (const file of sources) {
    const kept = await refusalsIn(whole, file);
    for (const part of parts)
      for (const refusal of await refusalsIn(part, file))
        if (!kept.includes(refusal)) lost.push(`${path.relative(root, file)} ${refusal}`);
  }
  return lost;
}

describe("what ESLint refuses", () => {
  it("is lost where two blocks name the same rule, and this test sees it", async () => {
    const refuse = (name: string): Linter.RulesRecord => ({ "no-restricted-globals": ["error", name] });
    const config = [
      { files: ["app/**"], rules: refuse("a") },
      { files: ["app/core/text.ts"], rules: refuse("b") },
    ];
    expect(await lostIn(config)).toEqual(['app/core/text.ts no-restricted-globals: "a"']);
  });

  it("is refused in the end", async () => {
    const { default: config } = (await import(path.join(root, "eslint.config.js"))) as { default: Linter.Config[] };
    expect(config.filter(({ rules = {} }) => "no-restricted-syntax" in rules).length).toBeGreaterThan(1);
    expect(await lostIn(config)).toEqual([]);
  });

  it.each([
    ["app/tasks/pages/list.tsx", ["formData", "$transaction", "DateTimeFormat", "'time'", "Date"]],
    ["app/web/ui/when.tsx", ["formData", "$transaction", "DateTimeFormat", "Date"]],
    ["app/core/text.ts", ["formData", "$transaction"]],
    ["app/core/data/transaction.server.ts", ["formData"]],
  ])("holds in %s: %s", async (file, words) => {
    const refused = await refusalsIn(new ESLint({ cwd: root }), path.join(root, file));
    for (const word of words) expect(refused.join("\n")).toContain(word);
  });
});
