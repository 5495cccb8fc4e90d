import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { codeOf, withTotp, wrongCodeOf } from "../../../support/factors";
import { api, cookiesAfter, newAddress, send, submit, textOf, visit, type Fields } from "../../../support/http";
import { client, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* A second factor at sign-in: by the pages in two steps, by the API in one. */

let server: RunningServer;
let secure: RunningServer;

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [server, secure] = await Promise.all([
    startServer({ databaseUrl, env: { TRUST_PROXY: "loopback" } }),
    startServer({ databaseUrl, env: { PUBLIC_URL: "https://tasks.example.com" } }),
  ]);
});

afterAll(() => Promise.all([server.stop(), secure.stop()]));

async function newPerson() {
  const user = await newUser();
  return { user, ...(await withTotp(user)) };
}

const sessionsOf = (userId: string) => db().session.count({ where: { userId } });
const eventsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { userId } })).map(({ kind }) => kind).sort();

describe("/login", () => {
  const firstStep = (email: string, search = "", more: Fields = {}, address = newAddress()) =>
    submit(server.url, `/login${search}`, { email, password, ...more }, { address });
  const secondStep = (cookie: string, fields: Fields, search = "") =>
    submit(server.url, `/login/second-factor${search}`, fields, { cookie, address: newAddress() });
  const begin = async (email: string, more: Fields = {}) => cookiesAfter(await firstStep(email, "", more));

  it("asks for the second step, with the way back kept, and opens no session before it", async () => {
    const { user, secret } = await newPerson();
    const first = await firstStep(user.email, "?redirect=%2Fsettings");
    expect([first.status, first.headers.location]).toEqual([303, "/login/second-factor?redirect=%2Fsettings"]);
    expect(first.cookies).toEqual([
      expect.stringMatching(/^holdfast_second_step=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(await sessionsOf(user.id)).toBe(0);
    const cookie = cookiesAfter(first);
    expect((await visit(server.url, "/tasks", { cookie })).status).toBe(303);

    const page = await visit(server.url, "/login/second-factor?redirect=%2Fsettings", { cookie });
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain("Second step");

    const second = await secondStep(cookie, { code: codeOf(secret) }, "?redirect=%2Fsettings");
    expect([second.status, second.headers.location]).toEqual([303, "/settings"]);
    expect((await visit(server.url, "/tasks", { cookie: cookiesAfter(second) })).status).toBe(200);
    expect(second.cookies).toContainEqual(expect.stringMatching(/^holdfast_second_step=; Max-Age=0; /));
    expect(await eventsOf(user.id)).toEqual(["sign_in"]);
  });

  it("says nothing of a second factor after a wrong password", async () => {
    const { user } = await newPerson();
    const answer = await submit(server.url, "/login", { email: user.email, password: "wrong" });
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect(textOf(answer.text)).toContain("Invalid email or password");
  });

  it("shows the form again after a wrong code, and takes the right one then", async () => {
    const { user, secret } = await newPerson();
    const cookie = await begin(user.email);
    const wrong = wrongCodeOf(secret);
    const refused = await secondStep(cookie, { intent: "code", code: wrong });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('aria-invalid="true"');
    expect(refused.text).not.toContain(wrong);
    expect(textOf(refused.text)).toContain("That code is not right");
    expect(await sessionsOf(user.id)).toBe(0);
    expect((await secondStep(cookie, { intent: "code", code: codeOf(secret) })).status).toBe(303);
    expect(await eventsOf(user.id)).toEqual(["second_factor_failed", "sign_in"]);
  });

  it.each<[string, (code: string) => string]>([
    [
      "with full-width digits",
      (code) => code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
    ],
    ["with a no-break space between", (code) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
    ["with zero-width spaces", (code) => [...code].join("\u200b")],
    ["with a soft hyphen and a dash", (code) => `${code.slice(0, 2)}\u00ad${code.slice(2, 4)}\u2014${code.slice(4)}`],
  ])("takes a code %s", async (_how, write) => {
    const { user, secret } = await newPerson();
    expect((await secondStep(await begin(user.email), { code: write(codeOf(secret)) })).status).toBe(303);
  });

  it("says of what cannot be a code what one looks like, and does not count it", async () => {
    const { user, secret } = await newPerson();
    const cookie = await begin(user.email);
    for (let time = 0; time < 11; time++) {
      const answer = await secondStep(cookie, { code: "12345" });
      expect(answer.status).toBe(400);
      expect(textOf(answer.text)).toContain("An app shows six digits");
    }
    expect(textOf((await secondStep(cookie, { code: "\u200b" })).text)).toContain("Enter the code that your app shows");
    expect((await secondStep(cookie, { code: codeOf(secret) })).status).toBe(303);
  });

  it("takes a backup code once, and tells how many are left", async () => {
    const { user, backupCodes } = await newPerson();
    const fields = { intent: "backup", backupCode: backupCodes[3] ?? "" };
    const answer = await secondStep(await begin(user.email), fields);
    expect([answer.status, answer.headers.location]).toEqual([303, "/tasks"]);
    const page = await visit(server.url, "/tasks", { cookie: cookiesAfter(answer) });
    expect(textOf(page.text)).toContain("That backup code is used up. You have 9 more");
    expect((await secondStep(await begin(user.email), fields)).status).toBe(400);
    expect(await eventsOf(user.id)).toEqual(["backup_code_used", "second_factor_failed", "sign_in"]);
  });

  it("keeps 'Keep me signed in' over the second step", async () => {
    const { user, secret, backupCodes } = await newPerson();
    const kept = await secondStep(await begin(user.email, { remember: "on" }), { code: codeOf(secret) });
    expect(kept.cookies).toContainEqual(expect.stringMatching(/^holdfast_session=.*Expires=/));
    const brief = await secondStep(await begin(user.email), { backupCode: backupCodes[0] ?? "" });
    expect(brief.cookies).toContainEqual(expect.stringMatching(/^holdfast_session=(?!.*Expires=)/));
  });

  it("does not follow a way back to another site", async () => {
    const { user, secret } = await newPerson();
    const search = `?${new URLSearchParams({ redirect: "//evil.example" }).toString()}`;
    const answer = await secondStep(await begin(user.email), { code: codeOf(secret) }, search);
    expect(answer.headers.location).toBe("/tasks");
  });

  it("of two uses of one first step at once, with codes that are both right, one opens a session", async () => {
    const { user, secret, backupCodes } = await newPerson();
    const cookie = await begin(user.email);
    const answers = await Promise.all([
      secondStep(cookie, { code: codeOf(secret) }),
      secondStep(cookie, { intent: "backup", backupCode: backupCodes[0] ?? "" }),
    ]);
    expect(answers.filter(({ cookies }) => cookies.some((one) => one.startsWith("holdfast_session=")))).toHaveLength(1);
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it("limits the second step for the account, over all first steps, with 429 and the form again", async () => {
    const { user, secret } = await newPerson();
    for (let time = 0; time < 10; time++)
      expect((await secondStep(await begin(user.email), { code: wrongCodeOf(secret) })).status).toBe(400);
    const limited = await secondStep(await begin(user.email), { code: codeOf(secret) });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    expect(textOf(limited.text)).toContain("Too many attempts");
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("a first step forgets no guesses at the password; the second one does", async () => {
    const { user, secret } = await newPerson();
    const address = newAddress();
    const guess = () => submit(server.url, "/login", { email: user.email, password: "wrong" }, { address });
    for (let time = 0; time < 9; time++) await guess();
    const first = await firstStep(user.email, "", {}, address);
    expect(first.status).toBe(303);
    expect((await guess()).status).toBe(400);
    expect((await guess()).status).toBe(429);

    await submit(
      server.url,
      "/login/second-factor",
      { code: codeOf(secret) },
      { cookie: cookiesAfter(first), address },
    );
    expect((await guess()).status).toBe(400);
  });

  it("with https the cookie is Secure and bound to the host", async () => {
    const { user } = await newPerson();
    const answer = await submit(secure.url, "/login", { email: user.email, password });
    expect(answer.cookies[0]).toMatch(
      /^__Host-holdfast_second_step=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  describe("the token between the steps", () => {
    const gone = async (cookie: string | undefined, secret: string) => {
      const fields = { code: codeOf(secret) };
      const at = "/login/second-factor?redirect=%2Fdashboard";
      const answers = [
        await visit(server.url, at, { cookie }),
        await submit(server.url, at, fields, { cookie, address: newAddress() }),
      ];
      for (const answer of answers)
        expect([answer.status, answer.headers.location]).toEqual([303, "/login?redirect=%2Fdashboard"]);
    };

    it("is needed: another browser has no second step", async () => {
      const { user, secret } = await newPerson();
      await begin(user.email);
      await gone(undefined, secret);
      await gone(`holdfast_second_step=${"a".repeat(43)}`, secret);
      expect(await sessionsOf(user.id)).toBe(0);
    });

    it("is worth nothing once it was used", async () => {
      const { user, secret } = await newPerson();
      const cookie = await begin(user.email);
      expect((await secondStep(cookie, { code: codeOf(secret) })).status).toBe(303);
      await gone(cookie, secret);
    });

    it("is worth nothing after ten minutes", async () => {
      const { user, secret } = await newPerson();
      const token = await makeToken("second-factor", { userId: user.id }, new Date(Date.now() - 10 * 60 * 1000));
      await gone(`holdfast_second_step=${token}`, secret);
    });

    it("is worth nothing after the password was changed", async () => {
      const { user, secret } = await newPerson();
      const cookie = await begin(user.email);
      const { actor } = await openSession(user);
      await changePassword(actor, { currentPassword: password, newPassword: "another quiet walk" }, client);
      await gone(cookie, secret);
    });

    it("is worth nothing once the account is disabled, and does not come back when it is enabled", async () => {
      const { user, secret } = await newPerson();
      const cookie = await begin(user.email);
      await db().user.update({ where: { id: user.id }, data: { isActive: false } });
      await gone(cookie, secret);
      await setAccountActive(user.email, false);
      await setAccountActive(user.email, true);
      await gone(cookie, secret);
      expect(await sessionsOf(user.id)).toBe(0);
    });

    it("of another purpose is none", async () => {
      const { user, secret } = await newPerson();
      for (const purpose of ["reset-password", "verify-email", "passkey-authentication"] as const)
        await gone(`holdfast_second_step=${await makeToken(purpose, { userId: user.id })}`, secret);
    });

    it("is neither a session nor a bearer token", async () => {
      const { user } = await newPerson();
      const token = (await begin(user.email)).split("=")[1] ?? "";
      expect((await visit(server.url, "/tasks", { cookie: `holdfast_session=${token}` })).status).toBe(303);
      expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(401);
      expect((await api(server.url, "POST", "/auth/refresh", {}, { refresh_token: token })).status).toBe(401);
    });
  });
});

describe("POST /api/auth/login", () => {
  const logIn = (email: string, more: Record<string, unknown> = {}, given = password) =>
    api(server.url, "POST", "/auth/login", { address: newAddress() }, { email, password: given, ...more });

  it("without a code: 401 that says what is missing, and no session", async () => {
    const { user } = await newPerson();
    for (const more of [{}, { totp_code: "" }, { backup_code: " " }, { totp_code: "\u200b\u00ad" }]) {
      const answer = await logIn(user.email, more);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(answer.json()).toMatchObject({ type: "/problems/second-factor-required", status: 401 });
    }
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("with a wrong code: 401 that says so, and no session", async () => {
    const { user, secret } = await newPerson();
    for (const more of [{ totp_code: wrongCodeOf(secret) }, { backup_code: "abcde-fghij" }, { totp_code: "x" }]) {
      const answer = await logIn(user.email, more);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer /);
      expect(answer.json()).toMatchObject({ type: "/problems/second-factor-invalid", status: 401 });
    }
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("with a wrong password the code is not even looked at", async () => {
    const { user, secret } = await newPerson();
    const answer = await logIn(user.email, { totp_code: codeOf(secret) }, "wrong");
    expect(answer.json()).toMatchObject({ type: "about:blank", detail: "Invalid email or password" });
    expect((await logIn(user.email, { totp_code: codeOf(secret) })).status).toBe(200);
  });

  it("with the right code: tokens, and the code is used up", async () => {
    const { user, secret } = await newPerson();
    const code = codeOf(secret);
    const answer = await logIn(user.email, { totp_code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(answer.status).toBe(200);
    const { access_token } = answer.json<{ access_token: string }>();
    expect((await api(server.url, "GET", "/auth/me", { token: access_token })).json()).toMatchObject({ id: user.id });
    expect((await logIn(user.email, { totp_code: code })).status).toBe(401);
  });

  it("with a backup code: tokens once, also of ten uses at once", async () => {
    const { user, backupCodes } = await newPerson();
    const backup_code = (backupCodes[0] ?? "").replace("-", "");
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(user.email, { backup_code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it("takes the same form-encoded", async () => {
    const { user, secret } = await newPerson();
    const logInByForm = (more: Fields) =>
      send(server.url, "/api/auth/login", {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": newAddress() },
        body: new URLSearchParams({ grant_type: "password", username: user.email, password, ...more }).toString(),
      });
    expect((await logInByForm({})).json()).toMatchObject({ type: "/problems/second-factor-required" });
    expect((await logInByForm({ totp_code: codeOf(secret) })).status).toBe(200);
  });

  it("ignores a code where none is asked for", async () => {
    const { email } = await newUser();
    expect((await logIn(email, { totp_code: "123456" })).status).toBe(200);
  });

  it.each([{ totp_code: 123456 }, { backup_code: null }, { totp_code: "1".repeat(65) }, { code: "123456" }])(
    "%j: 422",
    async (more) => {
      expect((await logIn((await newPerson()).user.email, more)).status).toBe(422);
    },
  );

  it("counts wrong codes together with those of the pages, and answers 429", async () => {
    const { user, secret } = await newPerson();
    for (let time = 0; time < 10; time++) await logIn(user.email, { totp_code: wrongCodeOf(secret) });
    const limited = await logIn(user.email, { totp_code: codeOf(secret) });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    expect((await logIn(user.email)).status).toBe(401);
  });
});
