import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { exportData, type ExportKind } from "~/services/export/export.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { Unauthenticated } from "~/core/errors";
import { record } from "~/services/audit/audit.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { client, newUser, openSession } from "../../../support/people";

const kinds: ExportKind[] = ["json", "tasks-csv", "log-csv"];

async function read(content: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of content) text += part;
  return text;
}

/** An account with a row of everything there is. */
async function fullAccount() {
  const user = await newUser();
  const mark = randomUUID();
  const session = await openSession(user);
  const { actor } = session;
  await openSession(user, { via: "bearer" });
  await createTask(actor, {
    title: `task ${mark}`,
    description: "two\nlines",
    priority: "high",
    dueDate: "2026-01-02",
  });
  await createTask(actor, { title: '=HYPERLINK("http://evil.example")', completed: true });
  const at = new Date();
  await db().passkey.create({
    data: {
      ...{ id: randomUUID(), userId: user.id, name: `key ${mark}`, publicKey: `public ${mark}`, counter: 0n },
      ...{ transports: "", backedUp: false, createdAt: at },
    },
  });
  await db().totpFactor.create({
    data: {
      userId: user.id,
      sealedSecret: `sealed ${mark}`,
      backupSalt: `salt ${mark}`,
      confirmedAt: at,
      createdAt: at,
    },
  });
  await db().backupCode.create({ data: { userId: user.id, hash: `code ${mark}`, createdAt: at } });
  await makeToken("reset-password", { userId: user.id });
  await record({
    kind: "sign_in_failed",
    userId: user.id,
    client: { address: "192.0.2.9", userAgent: `=cmd|${mark}` },
  });
  return { user, actor, session, mark };
}

describe("exportData", () => {
  it("as JSON holds account, tasks, sessions, names of passkeys and the security log", async () => {
    const { user, actor, mark } = await fullAccount();
    const { name, mediaType, content } = await exportData(actor, "json", client, new Date("2026-03-04T05:06:07Z"));
    expect([name, mediaType]).toEqual(["holdfast-2026-03-04.json", "application/json"]);
    const data = JSON.parse(await read(content)) as Record<string, unknown>;
    expect(Object.keys(data)).toEqual([
      "exported_at",
      "account",
      "sessions",
      "passkeys",
      "api_tokens",
      "tasks",
      "security_log",
    ]);
    expect(data).toMatchObject({
      exported_at: "2026-03-04T05:06:07.000Z",
      account: { id: user.id, email: user.email, name: "Ada", two_step_since: expect.stringMatching(/Z$/) as string },
      passkeys: [{ name: `key ${mark}` }],
      tasks: [
        { id: 1, title: `task ${mark}`, description: "two\nlines", priority: "high", due_date: "2026-01-02" },
        { id: 2, title: '=HYPERLINK("http://evil.example")', completed: true },
      ],
      security_log: [
        { kind: "data_exported", event: "Data downloaded", detail: "Everything, as JSON" },
        { kind: "sign_in_failed", event: "Wrong password at sign-in", address: "192.0.2.9" },
      ],
    });
    expect((data.sessions as { kind: string }[]).map(({ kind }) => kind).sort()).toEqual(["api", "browser"]);
  });

  it("an account with nothing in it is whole as well", async () => {
    const { actor } = await openSession(await newUser());
    const data = JSON.parse(await read((await exportData(actor, "json", client)).content)) as Record<string, unknown>;
    expect([data.tasks, data.passkeys]).toEqual([[], []]);
    expect((await read((await exportData(actor, "tasks-csv", client)).content)).split("\r\n")).toHaveLength(2);
  });

  it("as CSV is safe to open in a spreadsheet", async () => {
    const { actor, mark } = await fullAccount();
    const tasks = await read((await exportData(actor, "tasks-csv", client)).content);
    const [head, first, second] = tasks.split("\r\n");
    expect(head).toBe(
      '\uFEFF"id","title","description","completed","completed_at","priority","due_date","created_at","updated_at"',
    );
    expect(first).toMatch(new RegExp(`^"1","task ${mark}","two\nlines","false","","high","2026-01-02",`));
    expect(second).toContain(`"2","'=HYPERLINK(""http://evil.example"")","","true",`);
    // Whoever fails to sign in chooses what the log says of their device.
    expect(await read((await exportData(actor, "log-csv", client)).content)).toContain(`"'=cmd|${mark}"`);
  });

  it.each(kinds)("%s holds no secret, no hash and nothing of anybody else", async (kind) => {
    const [mine, theirs] = [await fullAccount(), await fullAccount()];
    const text = await read((await exportData(mine.actor, kind, client)).content);
    expect(text).not.toMatch(/\$argon2|sealed |salt |code |public /);
    const rows = await db().session.findMany({ where: { userId: mine.user.id } });
    const tokens = await db().oneTimeToken.findMany({ where: { userId: mine.user.id } });
    for (const hash of [...rows.map((row) => row.identifierHash ?? row.refreshHash), ...tokens.map((row) => row.hash)])
      expect(text).not.toContain(hash);
    expect(text).not.toContain(mine.session.secret);
    for (const theirsOnly of [theirs.mark, theirs.user.id, theirs.user.email]) expect(text).not.toContain(theirsOnly);
    expect(text).toContain(mine.mark);
  });

  it("is whole and in order however many pages it takes, and is read a page at a time", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    const at = new Date();
    const numbers = Array.from({ length: 1_203 }, (_, index) => index + 1);
    await db().task.createMany({
      data: numbers.map((number) => ({
        ...{ userId: user.id, number, title: `t${number}`, titleKey: `t${number}`, createdAt: at, updatedAt: at },
      })),
    });
    const parts: string[] = [];
    for await (const part of (await exportData(actor, "json", client)).content) parts.push(part);
    const { tasks } = JSON.parse(parts.join("")) as { tasks: { id: number }[] };
    expect(tasks.map(({ id }) => id)).toEqual(numbers);
    const largest = Math.max(...parts.map((part) => part.length));
    expect(largest).toBeLessThan(parts.join("").length / 2);
    const lines = (await read((await exportData(actor, "tasks-csv", client)).content)).trimEnd().split("\r\n");
    expect(lines).toHaveLength(1_204);
  });

  it("of a deleted account is refused", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    await db().user.delete({ where: { id: user.id } });
    await expect(exportData(actor, "json", client)).rejects.toBeInstanceOf(Unauthenticated);
  });
});
