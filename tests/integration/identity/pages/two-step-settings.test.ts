import type { User } from "~/core/actor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { backupCodesPerAccount } from "~/services/limits/limits.server";
import { passSecondFactor } from "~/identity/domain/factors/factor.server";
import { codeOf, secretOf, withTotp, wrongCodeOf } from "../../../support/factors";
import { newAddress, submit, textOf, visit, type Answer, type Fields } from "../../../support/http";
import { mailIn } from "../../../support/mail";
import { client, cookieOf, newUser, openSession, password, permissionOf } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Two-step sign-in in the settings: on, new backup codes, off, and a code as proof of identity. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const page = "/settings/two-step";
const setup = "/settings/two-step/setup";

/** A signed-in browser; with its proof of identity a while ago if told so. */
async function browserOf(user: User, { provenMinutesAgo = 0 } = {}) {
  const session = await openSession(user);
  const provenAt = new Date(Date.now() - provenMinutesAgo * 60 * 1000);
  await db().session.update({ where: { id: session.actor.sessionId }, data: { provenAt } });
  const cookie = await cookieOf(session);
  return {
    sessionId: session.actor.sessionId,
    open: (path: string) => visit(server.url, path, { cookie }),
    send: (path: string, fields: Fields) => submit(server.url, path, fields, { cookie, address: newAddress() }),
  };
}

const factorOf = (user: User) => db().totpFactor.findUnique({ where: { userId: user.id } });
const hashesOf = async (user: User) =>
  (await db().backupCode.findMany({ where: { userId: user.id } })).map(({ hash }) => hash).sort();
const eventsOf = async (user: User) =>
  (await db().auditEvent.findMany({ where: { userId: user.id } })).map(({ kind }) => kind).sort();
const codesIn = (answer: Answer) => [...new Set(answer.text.match(/\b[a-z2-9]{5}-[a-z2-9]{5}\b(?=<\/code>)/g) ?? [])];
const generationIn = (answer: Answer) => /name="generation" value="([^"]+)"/.exec(answer.text)?.[1] ?? "";

describe("turning it on", () => {
  it("takes the first right code, and shows ten backup codes in that one answer", async () => {
    const user = await newUser();
    const { open, send } = await browserOf(user);
    expect(textOf((await open(page)).text)).toContain("It is off");
    const started = await send(page, { intent: "set-up" });
    expect([started.status, started.headers.location]).toEqual([303, setup]);
    expect((await factorOf(user))?.confirmedAt).toBeNull();

    const secret = await secretOf(user);
    const shown = await open(setup);
    expect(textOf(shown.text)).toContain(secret.match(/.{4}/g)?.join(" "));
    expect(shown.text).toMatch(/<svg[^>]*role="img" aria-label="QR code[^"]*"/);
    expect(shown.text).toContain(`href="otpauth://totp/`);
    expect(shown.headers["cache-control"]).toContain("no-store");

    const wrong = await send(setup, { code: wrongCodeOf(secret) });
    expect([wrong.status, codesIn(wrong)]).toEqual([400, []]);
    expect((await factorOf(user))?.confirmedAt).toBeNull();

    const done = await send(setup, { code: codeOf(secret) });
    expect(done.status).toBe(200);
    expect(codesIn(done)).toHaveLength(10);
    expect(done.text).not.toContain(secret);
    expect(await hashesOf(user)).toHaveLength(10);
    expect((await open(setup)).text).not.toContain(secret);
    for (const at of [page, setup]) expect(codesIn(await open(at))).toEqual([]);
    expect(await eventsOf(user)).toEqual(["second_factor_failed", "totp_enabled"]);
  });

  it("by the same form sent again changes nothing: the codes stay what they were", async () => {
    const user = await newUser();
    const { send } = await browserOf(user);
    await send(page, { intent: "set-up" });
    const code = codeOf(await secretOf(user));
    expect((await send(setup, { code })).status).toBe(200);
    const before = await hashesOf(user);
    const again = await send(setup, { code });
    expect([again.status, again.headers.location]).toEqual([303, page]);
    expect(await hashesOf(user)).toEqual(before);
    await send(page, { intent: "set-up" });
    expect((await factorOf(user))?.confirmedAt).not.toBeNull();
  });

  it("by three forms at once makes one set of codes", async () => {
    const user = await newUser();
    const { send } = await browserOf(user);
    await send(page, { intent: "set-up" });
    const code = codeOf(await secretOf(user));
    const answers = await Promise.all([1, 2, 3].map(() => send(setup, { code })));
    expect(answers.filter((answer) => codesIn(answer).length === 10)).toHaveLength(1);
    expect(await hashesOf(user)).toHaveLength(10);
  });

  it("asks for a fresh proof, before the secret is made and before it is shown", async () => {
    const user = await newUser();
    const { open, send } = await browserOf(user, { provenMinutesAgo: 11 });
    expect((await send(page, { intent: "set-up" })).status).toBe(403);
    expect(await factorOf(user)).toBeNull();
    await (await browserOf(user)).send(page, { intent: "set-up" });
    const shown = await open(setup);
    expect([shown.status, shown.headers.location]).toEqual([
      303,
      `/settings/confirm?redirect=${encodeURIComponent(setup)}`,
    ]);
    expect((await send(setup, { code: codeOf(await secretOf(user)) })).status).toBe(403);
    expect((await factorOf(user))?.confirmedAt).toBeNull();
  });

  it("goes on after the proof that came with the form, and shows the codes", async () => {
    const user = await newUser();
    await (await browserOf(user)).send(page, { intent: "set-up" });
    const { send } = await browserOf(user, { provenMinutesAgo: 11 });
    const done = await send(setup, { intent: "turn-on", code: codeOf(await secretOf(user)), proofPassword: password });
    expect([done.status, codesIn(done).length]).toEqual([200, 10]);
  });

  it("without a secret that waits leads back", async () => {
    const { open } = await browserOf(await newUser());
    const answer = await open(setup);
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
  });
});

describe("new backup codes", () => {
  it("take the place of the old ones; the same form sent again changes nothing", async () => {
    const user = await newUser();
    const { backupCodes } = await withTotp(user);
    const { open, send } = await browserOf(user);
    const fields = { intent: "new-codes", generation: generationIn(await open(page)) };
    const made = await send(page, fields);
    expect([made.status, codesIn(made).length]).toEqual([200, 10]);
    expect(codesIn(made)).not.toContain(backupCodes[0]);
    const after = await hashesOf(user);
    expect(after).toHaveLength(10);
    const again = await send(page, fields);
    expect([again.status, again.headers.location]).toEqual([303, page]);
    expect(await hashesOf(user)).toEqual(after);

    const off = (code: string) => send(page, { intent: "turn-off", password, code });
    expect((await off(backupCodes[0] ?? "")).status).toBe(400);
    expect((await off(codesIn(made)[0] ?? "")).status).toBe(303);
  });

  it("ten sets in an hour are enough: 429 in the page, and the set at hand stays good", async () => {
    const user = await newUser();
    await withTotp(user);
    const { open, send } = await browserOf(user);
    const make = async () => send(page, { intent: "new-codes", generation: generationIn(await open(page)) });
    for (let set = 0; set < backupCodesPerAccount.points; set++) expect((await make()).status).toBe(200);
    const before = await hashesOf(user);
    const refused = await make();
    expect([refused.status, Number(refused.headers["retry-after"])]).toEqual([429, expect.any(Number)]);
    expect(textOf(refused.text)).toContain("Too many");
    expect(textOf(refused.text)).toContain("Two-step sign-in");
    expect(await hashesOf(user)).toEqual(before);
  });

  it("asked for by forty accounts at once keep nobody from signing in", async () => {
    const people = await Promise.all(Array.from({ length: 40 }, () => newUser()));
    const address = newAddress();
    const asked = await Promise.all(
      people.map(async (user) => {
        await withTotp(user);
        const cookie = await cookieOf(await openSession(user));
        const generation = generationIn(await visit(server.url, page, { cookie }));
        return { fields: { intent: "new-codes", generation }, caller: { cookie, address } };
      }),
    );
    const flood = asked.map(({ fields, caller }) => submit(server.url, page, fields, caller));
    const other = await newUser();
    for (let time = 0; time < 8; time++) {
      const answer = await submit(server.url, "/login", { email: other.email, password }, { address: newAddress() });
      expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    }
    for (const answer of await Promise.all(flood)) expect(answer.status).toBe(200);
  });

  it("are offered with the time of the set that nobody has used, which may be one that nobody has seen", async () => {
    const user = await newUser();
    const { backupCodes } = await withTotp(user);
    const { open } = await browserOf(user);
    const hint =
      /They were made on .{10,30} and shown only then\. If you have not seen or kept them, make new ones now\./;
    expect(textOf((await open(page)).text)).toMatch(hint);
    const asked = { userId: user.id, permission: await permissionOf(user) };
    expect(await passSecondFactor(asked, { backupCode: backupCodes[0] ?? "" }, client, () => [])).toBe(true);
    const text = textOf((await open(page)).text);
    expect(text).toContain("You have 9 of 10 left.");
    expect(text).not.toMatch(hint);
  });

  it("are one set, even when asked for three times at once", async () => {
    const user = await newUser();
    await withTotp(user);
    const { open, send } = await browserOf(user);
    const fields = { intent: "new-codes", generation: generationIn(await open(page)) };
    const answers = await Promise.all([1, 2, 3].map(() => send(page, fields)));
    expect(answers.filter((answer) => codesIn(answer).length === 10)).toHaveLength(1);
    expect(await hashesOf(user)).toHaveLength(10);
  });

  it("ask for a fresh proof", async () => {
    const user = await newUser();
    await withTotp(user);
    const before = await hashesOf(user);
    const { open, send } = await browserOf(user, { provenMinutesAgo: 11 });
    const answer = await send(page, { intent: "new-codes", generation: generationIn(await open(page)) });
    expect(answer.status).toBe(403);
    expect(await hashesOf(user)).toEqual(before);
  });

  it("come back as a file, and nothing else does", async () => {
    const { open, send } = await browserOf(await newUser());
    const codes = ["abcde-fghij", "23456-789ab"];
    const file = await send(`${page}/backup-codes`, { codes: codes.join(" ") });
    expect(file.status).toBe(200);
    expect(file.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(file.headers["content-disposition"]).toBe('attachment; filename="holdfast-backup-codes.txt"');
    expect(file.headers["cache-control"]).toContain("no-store");
    expect(file.text.split("\r\n")).toEqual(expect.arrayContaining(codes));
    expect((await send(`${page}/backup-codes`, { codes: "<script>" })).status).toBe(400);
    expect((await open(`${page}/backup-codes`)).status).toBe(405);
    const anonymous = await submit(server.url, `${page}/backup-codes`, { codes: codes.join(" ") });
    expect(anonymous.status).toBe(303);
  });
});

describe("turning it off", () => {
  it("takes the password and a code, and neither alone", async () => {
    const user = await newUser();
    const { secret } = await withTotp(user);
    const { send } = await browserOf(user);
    const off = (fields: Fields) => send(page, { intent: "turn-off", ...fields });
    const refused = [
      await off({ password, code: "" }),
      await off({ password, code: wrongCodeOf(secret) }),
      await off({ password: "", code: codeOf(secret) }),
      await off({ password: "not the password", code: codeOf(secret) }),
    ];
    for (const answer of refused) {
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('aria-invalid="true"');
      expect(answer.text).not.toContain(password);
    }
    expect(await factorOf(user)).not.toBeNull();
    expect((await off({ password, code: codeOf(secret) })).status).toBe(303);
    expect([await factorOf(user), await hashesOf(user)]).toEqual([null, []]);
    expect(await eventsOf(user)).toEqual(["proof_failed", "second_factor_failed", "totp_disabled"]);
    const signedIn = await submit(server.url, "/login", { email: user.email, password }, { address: newAddress() });
    expect(signedIn.headers.location).toBe("/tasks");
  });

  it("of another account is not possible: each has its own", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const { secret } = await withTotp(user);
    await withTotp(other);
    const { send } = await browserOf(other);
    expect((await send(page, { intent: "turn-off", password, code: codeOf(secret) })).status).toBe(400);
    expect(await factorOf(user)).not.toBeNull();
    expect(await factorOf(other)).not.toBeNull();
  });
});

describe("proof of identity by a code", () => {
  const provenAt = async (sessionId: string) =>
    (await db().session.findUniqueOrThrow({ where: { id: sessionId } })).provenAt?.getTime() ?? 0;
  const fresh = () => Date.now() - 60 * 1000;

  it("is taken by the question before a change, once", async () => {
    const user = await newUser();
    const { secret } = await withTotp(user);
    const { open, send } = await browserOf(user, { provenMinutesAgo: 11 });
    const fields = { intent: "new-codes", generation: generationIn(await open(page)) };
    const asked = await send(page, fields);
    expect(asked.text).toContain('name="proofCode"');
    const code = codeOf(secret);
    expect(codesIn(await send(page, { ...fields, proofPassword: "", proofCode: code }))).toHaveLength(10);

    const later = await browserOf(user, { provenMinutesAgo: 11 });
    const again = {
      intent: "new-codes",
      generation: generationIn(await later.open(page)),
      proofPassword: "",
      proofCode: code,
    };
    const refused = await later.send(page, again);
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/name="proofCode"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="proofCode"/);
    expect(await provenAt(later.sessionId)).toBeLessThan(fresh());
  });

  it("is taken by /settings/confirm, once, and counts with the attempts at sign-in", async () => {
    const user = await newUser();
    const { secret } = await withTotp(user);
    const confirm = "/settings/confirm?redirect=%2Fsettings%2Ftwo-step";
    const { open, send, sessionId } = await browserOf(user, { provenMinutesAgo: 11 });
    expect((await open(confirm)).text).toContain('name="code"');
    expect((await send(confirm, { password: "", code: wrongCodeOf(secret) })).status).toBe(400);
    const code = codeOf(secret);
    const answer = await send(confirm, { password: "", code });
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
    expect(await provenAt(sessionId)).toBeGreaterThan(fresh());

    const later = await browserOf(user, { provenMinutesAgo: 11 });
    expect((await later.send(confirm, { password: "", code })).status).toBe(400);
    for (let time = 0; time < 9; time++) await later.send(confirm, { password: "", code: wrongCodeOf(secret) });
    expect((await later.send(confirm, { password: "", code: codeOf(secret, 1) })).status).toBe(429);
    expect(await provenAt(later.sessionId)).toBeLessThan(fresh());
  });

  it("is no answer where two-step sign-in is off", async () => {
    const { open, send } = await browserOf(await newUser(), { provenMinutesAgo: 11 });
    expect((await open("/settings/confirm")).text).not.toContain('name="code"');
    expect((await send("/settings/confirm", { password: "", code: "123456" })).status).toBe(400);
    const asked = await send(page, { intent: "set-up", proofCode: "123456" });
    expect([asked.status, asked.text.includes('name="proofCode"')]).toEqual([403, false]);
  });
});

it("every change is told to the account's address", async () => {
  const user = await newUser();
  const { send, open } = await browserOf(user);
  await send(page, { intent: "set-up" });
  const secret = await secretOf(user);
  await send(setup, { code: codeOf(secret) });
  await send(page, { intent: "new-codes", generation: generationIn(await open(page)) });
  await send(page, { intent: "turn-off", password, code: codeOf(secret, 1) });
  expect(await eventsOf(user)).toEqual(["backup_codes_made", "totp_disabled", "totp_enabled"]);
  const changes = ["New backup codes were made", "Two-step sign-in was turned off", "Two-step sign-in was turned on"];
  const told = async () => {
    const mails = (await mailIn(`${server.dataDir}/outbox`)).filter(({ to }) => to?.[0]?.address === user.email);
    return changes.filter((change) => mails.some(({ text }) => text?.includes(change)));
  };
  await expect.poll(told).toEqual(changes);
});
