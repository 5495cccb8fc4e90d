// Writes the table of settings into the files that people read: shared by write-settings.ts and its test.
import { readFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { groups, type Setting } from "../app/core/settings/setting";
import { settingEntries } from "../app/core/settings/settings-table";

type Entry = (typeof settingEntries)[number];

const root = path.resolve(import.meta.dirname, "..");

/** All files that contain the table, by their path from the folder of package.json. */
export async function settingsFiles(): Promise<Record<string, string>> {
  return {
    "docs/settings.md": await formatted("docs/settings.md", document()),
    "README.md": await formatted("README.md", readmeWith(readFileSync(path.join(root, "README.md"), "utf8"))),
    ".env.example": environmentFile(),
  };
}

const formatted = async (file: string, markdown: string) =>
  format(markdown, { ...(await resolveConfig(path.join(root, file))), parser: "markdown" });

const grouped = () =>
  Object.entries<{ title: string; note?: string }>(groups).map(([name, group]) => ({
    ...group,
    entries: settingEntries.filter(([, { docs }]) => docs.group === name),
  }));

const document = () =>
  [
    "<!-- Written by `npm run settings` from app/core/settings/settings-table.ts: change it there. -->\n",
    "# Settings\n",
    ...wrapped(
      "Environment variables, or a `.env` file beside `package.json`, UTF-8 or UTF-16 ([.env.example](../.env.example) is one to " +
        "begin with); a variable of the environment wins over the file, and an empty one counts as not set. They are checked " +
        "at start; one message names every fault.",
    ),
    ...grouped().flatMap(({ title, note, entries }) => [
      `\n## ${title}\n`,
      ...wrapped(note ?? ""),
      `\n${table(entries, "docs")}`,
    ]),
  ].join("\n");

const [begin, end] = ["<!-- settings: `npm run settings` writes this table -->", "<!-- end of settings -->"];

/** The README with the settings that everybody needs between its two marks. */
function readmeWith(text: string): string {
  const [before = "", inside, ...rest] = text.split(begin);
  const [, after, ...further] = inside?.split(end) ?? [];
  if (after === undefined || rest.length || further.length)
    throw new Error(`README.md needs ${begin} and ${end}, once`);
  const entries = settingEntries.filter(([, { docs }]) => docs.inReadme);
  return [before + begin, table(entries, "."), end + after].join("\n\n");
}

/** A Markdown table for a document in `folder`, to which its links are relative. */
const table = (entries: readonly Entry[], folder: string) =>
  [
    ["variable", "default", "values", "meaning"],
    ["-", "-", "-", "-"],
    ...entries.map(([name, { docs }]) => [`\`${name}\``, defaultOf(docs), valuesOf(docs), meaningOf(docs, folder)]),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const defaultOf = (docs: Setting["docs"]) => (docs.default ? `\`${docs.default}\`` : (docs.byDefault ?? "none"));

function valuesOf({ values, example, madeBy }: Setting["docs"]): string {
  if (values) return values;
  return example ? `such as \`${example}\`` : `what \`${madeBy}\` makes`;
}

function meaningOf({ description, more }: Setting["docs"], folder: string): string {
  if (!more) return description;
  const link = path.posix.relative(folder, more);
  return `${description}; see [${link}](${link})`;
}

const environmentFile = () =>
  [
    "# Written by 'npm run settings' from app/core/settings/settings-table.ts: change it there.",
    "#",
    ...comment(
      "Every setting of Holdfast, with its default. Copy to .env, or set the variables in any other way; a variable of the " +
        "environment wins over the file.",
    ),
    ...grouped().flatMap(({ title, note, entries }) => [
      "",
      `# --- ${plain(title)} ---`,
      ...(note ? [...comment(note), ""] : []),
      ...entries.flatMap(([name, { docs }]) => [
        ...comment(sentences(docs)),
        ...exampleOf(docs),
        assignment(name, docs),
      ]),
    ]),
    "",
  ].join("\n");

/** A variable that Node reads too must not be present with an empty value, so it is commented out. */
const assignment = (name: string, docs: Setting["docs"]) =>
  docs.readByNode ? `# ${name}=${docs.example ?? ""}` : `${name}=${docs.default ?? ""}`;

const sentences = (docs: Setting["docs"]) =>
  [
    `${docs.description.charAt(0).toUpperCase()}${docs.description.slice(1)}.`,
    docs.values && `Values: ${docs.values}.`,
    docs.more && `More: ${docs.more}.`,
    !docs.default && `${docs.readByNode ? "Left out" : "Empty"}: ${defaultOf(docs)}.`,
  ]
    .filter(Boolean)
    .join(" ");

/** The example on a line of its own, to be copied; none if the commented-out variable already shows it. */
function exampleOf({ example, madeBy, readByNode }: Setting["docs"]): string[] {
  const copied = example ?? madeBy;
  return copied && !readByNode ? [`# For example: ${copied}`] : [];
}

const plain = (markdown: string) => markdown.replaceAll("`", "");

const comment = (markdown: string) => wrapped(plain(markdown), "# ");

/** Lines of at most 120 characters. */
function wrapped(text: string, prefix = ""): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length && longer.length <= 120) lines[lines.length - 1] = longer;
    else lines.push(prefix + word);
  }
  return lines;
}
