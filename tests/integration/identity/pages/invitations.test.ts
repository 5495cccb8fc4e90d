import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { makeToken, peekToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { api, newAddress, submit, textOf, visit } from "../../../support/http";
import { newUser, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Who may sign up: `SIGNUP=invite` and `SIGNUP=closed`, on pages and on the API. */

const newEmail = () => `${randomUUID()}@example.com`;
const accounts = (email: string) => db().user.count({ where: { email } });

let server: RunningServer;
const start = (signUp: string) => async () => {
  server = await startServer({
    databaseUrl: config().databaseUrl,
    env: { SIGNUP: signUp, TRUST_PROXY: "loopback" },
  });
};

const signUpByApi = (fields: Record<string, unknown>) =>
  api(server.url, "POST", "/auth/signup", { address: newAddress() }, { password, ...fields });
const signUpByPage = (fields: Record<string, string>) =>
  submit(
    server.url,
    fields.invitation === undefined ? "/signup" : `/signup?invitation=${fields.invitation}`,
    { password, confirmPassword: password, ...fields },
    { address: newAddress() },
  );
const isGood = async (invitation: string) => (await peekToken("invitation", invitation)) !== null;

describe("SIGNUP=invite", () => {
  beforeAll(start("invite"));
  afterAll(() => server.stop());

  it("shows the form to whoever has an invitation, as often as they look, with its address filled in", async () => {
    const email = newEmail();
    const invitation = await makeToken("invitation", { email });
    for (const _ of [1, 2]) {
      const page = await visit(server.url, `/signup?invitation=${invitation}`);
      expect([page.status, textOf(page.text).includes("Create your account")]).toEqual([200, true]);
      expect(page.text).toContain(`value="${email}"`);
      expect(page.text).toContain(`name="invitation" value="${invitation}"`);
    }
  });

  it.each([
    ["none", () => Promise.resolve("")],
    ["one that was never made", () => Promise.resolve("?invitation=abc")],
    [
      "one whose time is over",
      async () => `?invitation=${await makeToken("invitation", { lifetime: 1000 }, new Date(Date.now() - 2000))}`,
    ],
    [
      "a secret for something else",
      async () => `?invitation=${await makeToken("reset-password", { userId: (await newUser()).id })}`,
    ],
  ])("says so to everybody else, with 403: %s", async (_which, search) => {
    const page = await visit(server.url, `/signup${await search()}`);
    expect([page.status, textOf(page.text).includes("Sign-up is by invitation")]).toEqual([403, true]);
    expect(page.text).not.toContain('name="password"');
    expect((await visit(server.url, "/")).text).toContain('href="/signup"');
  });

  it.each(["page", "API"] as const)("lets one account in by one invitation: %s", async (way) => {
    const invitation = await makeToken("invitation", {});
    const [first, second] = [newEmail(), newEmail()];
    const by = (email: string) =>
      way === "API" ? signUpByApi({ email, invitation }) : signUpByPage({ email, invitation });
    expect((await by(first)).status).toBe(way === "API" ? 201 : 303);
    const refused = await by(second);
    expect(refused.status).toBe(way === "API" ? 403 : 400);
    expect([await accounts(first), await accounts(second)]).toEqual([1, 0]);
  });

  it("refuses on the API without a good one, with a sentence, and says nothing of accounts", async () => {
    const { email } = await newUser();
    for (const fields of [
      { email: newEmail() },
      { email },
      { email, invitation: "abc" },
      { email, password: "password" },
    ]) {
      const refused = await signUpByApi(fields);
      expect([refused.status, refused.json().detail]).toEqual([403, expect.stringMatching(/by invitation/)]);
    }
  });

  it("a sign-up that is refused does not spend it", async () => {
    const invitation = await makeToken("invitation", {});
    const { email } = await newUser();
    expect((await signUpByApi({ email, invitation })).json().detail).toBe("Email already registered");
    expect((await signUpByApi({ email: newEmail(), password: "password", invitation })).status).toBe(422);
    const weak = await signUpByPage({
      email: newEmail(),
      password: "password",
      confirmPassword: "password",
      invitation,
    });
    expect(weak.status).toBe(400);
    expect(weak.text).toContain(`name="invitation" value="${invitation}"`);
    expect(await isGood(invitation)).toBe(true);
    expect((await signUpByPage({ email: newEmail(), invitation })).status).toBe(303);
    expect(await isGood(invitation)).toBe(false);
  });

  it("one for an address is for that address alone", async () => {
    const [invited, other] = [newEmail(), newEmail()];
    const invitation = await makeToken("invitation", { email: invited });
    const refused = await signUpByApi({ email: other, invitation });
    expect([refused.status, refused.json().detail]).toEqual([403, "This invitation is for another email address."]);
    expect((await signUpByPage({ email: other, invitation })).status).toBe(400);
    expect(await accounts(other)).toBe(0);
    expect((await signUpByApi({ email: invited.toUpperCase(), invitation })).status).toBe(201);
  });

  it("of ten sign-ups at once with one invitation exactly one makes an account", async () => {
    const invitation = await makeToken("invitation", {});
    const emails = Array.from({ length: 10 }, newEmail);
    const answers = await Promise.all(emails.map((email) => signUpByApi({ email, invitation })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 403)]);
    expect(await db().user.count({ where: { email: { in: emails } } })).toBe(1);
    expect(await db().password.count()).toBe(await db().user.count());
  });
});

describe("SIGNUP=closed", () => {
  beforeAll(start("closed"));
  afterAll(() => server.stop());

  it("has a page that says so, and no link to it", async () => {
    const invitation = await makeToken("invitation", {});
    for (const search of ["", `?invitation=${invitation}`]) {
      const page = await visit(server.url, `/signup${search}`);
      expect([page.status, textOf(page.text).includes("Sign-up is closed")]).toEqual([403, true]);
      expect(page.text).not.toContain('name="password"');
    }
    for (const path of ["/", "/login"]) {
      const page = await visit(server.url, path);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain("/signup");
    }
  });

  it("makes no account, by an invitation neither", async () => {
    const invitation = await makeToken("invitation", {});
    const email = newEmail();
    const refused = await signUpByApi({ email, invitation });
    expect([refused.status, refused.json().detail]).toEqual([403, "Sign-up is closed on this server."]);
    const page = await signUpByPage({ email, invitation });
    expect([page.status, textOf(page.text).includes("Sign-up is closed")]).toEqual([403, true]);
    expect(await accounts(email)).toBe(0);
  });
});

describe("SIGNUP=open", () => {
  beforeAll(start("open"));
  afterAll(() => server.stop());

  it("needs no invitation and spends none", async () => {
    const invitation = await makeToken("invitation", {});
    expect((await signUpByApi({ email: newEmail() })).status).toBe(201);
    expect((await signUpByApi({ email: newEmail(), invitation })).status).toBe(201);
    expect(await isGood(invitation)).toBe(true);
    expect((await signUpByApi({ email: newEmail(), invitation: 1 })).status).toBe(422);
  });
});
