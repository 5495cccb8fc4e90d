import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { operations } from "../../../../support/take-back/operations";

/*
 * No write is forgotten: every function of the domain that takes an actor is in the table of what is held across a take-back
 * (tests/integration/identity/domain/account/take-back.test.ts), or stands here as one that only reads.
 */

/** What reads. A list, so that whoever adds a function has to say which it is. */
const reads = [
  ...[
    "contentsInWords",
    "countContents",
    "getPasskey",
    "getTask",
    "getUser",
    "isEmailVerified",
    "listPasskeys",
    "listSessions",
  ],
  ...["listTasks", "listTokens", "readSetup", "readTwoStep", "summarizeTasks", "taskPages", "findDone"],
  ...["sessionPages", "readerOfAll", "readerOfList"],
  ...["may", "credentialId", "carrierOf"],
];

/** Parts of writes, which are held where they are put together. */
const parts = ["bySession", "stands", "stood", "refuseIfEnded", "rememberingKey", "recordPermitted"];

/** Notes in passing, which belong to the row of a session or token and go with it. */
const notes = ["noticeAddress"];

const app = path.resolve(import.meta.dirname, "../../../../../app");
const domain = ["core", "services", "identity/domain", "tasks/domain"].map((folder) => path.join(app, folder));

/** The names of the exported functions of a file whose first parameter is an actor, of whatever credential. */
function takingActors(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const takesActor = ({ parameters: [first] }: ts.SignatureDeclaration) =>
    /^(Pick<)?(Actor|SessionActor|PageSession|ApiSession|PersonalToken)\b/.test(first?.type?.getText() ?? "");
  const isExported = (node: ts.HasModifiers) =>
    node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
  for (const node of source.statements) {
    if (ts.isFunctionDeclaration(node) && isExported(node) && takesActor(node)) names.push(node.name?.text ?? "");
    if (!ts.isVariableStatement(node) || !isExported(node)) continue;
    for (const { name, initializer } of node.declarationList.declarations)
      if (initializer && ts.isArrowFunction(initializer) && takesActor(initializer)) names.push(name.getText());
  }
  return names;
}

it("every function that takes an actor is held across a take-back, or known to read", () => {
  const files = domain.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.startsWith("data"))
      .map((file) => path.join(folder, file)),
  );
  const found = files.flatMap(takingActors);
  expect(found.length).toBeGreaterThan(30);
  const held = operations.flatMap(({ of }) => of);
  const known = new Set([...held, ...reads, ...parts, ...notes]);
  expect(found.filter((name) => !known.has(name))).toEqual([]);
  expect([...reads, ...parts, ...notes].filter((name) => !found.includes(name))).toEqual([]);
});
