import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { deleteAccountByOperator, setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { api, cookiesAfter, newAddress, submit, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/** A storm is a good deal of work for a machine that does other things. */
const patience = { timeout: 120_000 };

/* A storm of requests by somebody who knows the old password, around the moment in which the account is taken back. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    databaseUrl: config().databaseUrl,
    env: { TRUST_PROXY: "127.0.0.1", EMAIL_VERIFICATION: "optional" },
  });
});

afterAll(() => server.stop());

const ofOwner = "the owner's own new password";
const ofThief = "a password that a thief has set";

const elsewhere = () => ({ address: newAddress() });
const login = (email: string, secret: string) =>
  api(server.url, "POST", "/auth/login", elsewhere(), { email, password: secret });
const loginPage = (email: string, secret: string) =>
  submit(server.url, "/login", { email, password: secret }, elsewhere());

/** Everything that a stranger with the password and an open browser can send at once. */
function storm(email: string, cookie: string, token: string): Promise<Answer>[] {
  const caller = () => ({ cookie, ...elsewhere() });
  const change = { intent: "password", currentPassword: password, newPassword: ofThief, confirmPassword: ofThief };
  return [
    ...Array.from({ length: 8 }, () => login(email, password)),
    ...Array.from({ length: 8 }, () => loginPage(email, password)),
    ...Array.from({ length: 3 }, () => submit(server.url, "/settings", change, caller())),
    ...Array.from({ length: 2 }, (_, index) =>
      submit(server.url, "/settings/email", { email: `thief${index}-${email}`, password }, caller()),
    ),
    ...Array.from({ length: 3 }, (_, index) =>
      submit(
        server.url,
        "/settings/tokens",
        { intent: "new-token", id: randomUUID(), name: `Mine ${index}`, tasksWrite: "on" },
        caller(),
      ),
    ),
    ...Array.from({ length: 3 }, () => api(server.url, "POST", "/tasks", { token, ...elsewhere() }, { title: "Mine" })),
    ...Array.from({ length: 2 }, () =>
      api(server.url, "PATCH", "/auth/me", { token, ...elsewhere() }, { name: "Mine" }),
    ),
    submit(server.url, "/settings/two-step", { intent: "set-up" }, caller()),
    submit(server.url, "/settings/passkeys/options", {}, caller()),
  ];
}

/** Whatever the storm was answered with opens nothing, and nothing is left of it. */
async function expectNothingOf(userId: string, answers: Answer[]): Promise<void> {
  expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  for (const answer of answers) {
    const { access_token: token } = answer.text.startsWith("{") ? answer.json<{ access_token?: string }>() : {};
    if (token) expect((await api(server.url, "GET", "/auth/me", { token })).status).toBe(401);
    const cookie = cookiesAfter(answer);
    if (cookie) expect((await visit(server.url, "/tasks", { cookie })).status).toBe(303);
  }
  const where = { userId };
  expect(await db().session.count({ where })).toBe(0);
  expect(await db().personalToken.count({ where })).toBe(0);
  expect(await db().oneTimeToken.count({ where: { userId, purpose: { in: ["change-email", "second-factor"] } } })).toBe(
    0,
  );
  expect(await db().outboxMessage.count({ where: { userId, kind: "confirm-new-email" } })).toBe(0);
}

async function begin() {
  const user = await newUser({ verified: true });
  const [cookie, token] = [await newCookie(user), await newToken(user)];
  return { user, cookie, token, answers: storm(user.email, cookie, token) };
}

describe("around a reset by mail", patience, () => {
  it.each([1, 2, 3])(
    "nothing that the old password opened lives on, and the password is the owner's (round %d)",
    async () => {
      const { user, answers } = await begin();
      const { id, email } = user;
      const secret = await makeToken("reset-password", { userId: id, email });
      const fields = { intent: "reset", newPassword: ofOwner, confirmPassword: ofOwner };
      const reset = await submit(server.url, `/reset-password?token=${secret}`, fields, elsewhere());
      const settled = await Promise.all(answers);
      expect(reset.status === 303 || reset.status === 404).toBe(true);
      if (reset.status === 404) {
        // The stranger's change came first and ended the link, which was not acknowledged; the owner asks again.
        const again = await makeToken("reset-password", { userId: id, email });
        expect((await submit(server.url, `/reset-password?token=${again}`, fields, elsewhere())).status).toBe(303);
      }
      await expectNothingOf(id, settled);
      expect(await db().user.findUniqueOrThrow({ where: { id } })).toMatchObject({ email });
      expect((await login(email, password)).status).toBe(401);
      expect((await login(email, ofThief)).status).toBe(401);
      expect((await login(email, ofOwner)).status).toBe(200);
    },
  );
});

describe("around the operator's disable and enable", patience, () => {
  it("nothing that was opened meanwhile is good again", async () => {
    const { user, answers } = await begin();
    await Promise.race(answers);
    await setAccountActive(user.email, false);
    const settled = await Promise.all(answers);
    await setAccountActive(user.email, true);
    await expectNothingOf(user.id, settled);
  });
});

describe("around the deletion of the account", patience, () => {
  it("every answer is one that has words", async () => {
    const { user, answers } = await begin();
    await Promise.race(answers);
    await deleteAccountByOperator(user.email);
    await expectNothingOf(user.id, await Promise.all(answers));
    expect(await db().user.count({ where: { email: user.email } })).toBe(0);
    expect((await login(user.email, password)).status).toBe(401);
  });
});

describe("the same form sent twice at once", () => {
  it("signs one account up", async () => {
    const { email } = { email: `${newAddress()}@example.com` };
    const fields = { email, password: ofOwner, confirmPassword: ofOwner };
    const answers = await Promise.all([1, 2, 3].map(() => submit(server.url, "/signup", fields, elsewhere())));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400]);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });

  it.each(["verify-email", "reset-password", "change-email", "undo-email"] as const)(
    "spends a link once: %s",
    async (purpose) => {
      const { id, email } = await newUser({ verified: purpose !== "verify-email" });
      const about = purpose === "change-email" || purpose === "undo-email" ? `new-${email}` : email;
      const token = await makeToken(purpose, { userId: id, email: about });
      const page = { "verify-email": "verify-email", "reset-password": "reset-password" }[purpose as string];
      const path = page ?? (purpose === "change-email" ? "confirm-email" : "undo-email");
      const fields = { newPassword: ofOwner, confirmPassword: ofOwner };
      const sent = [1, 2, 3].map(() => submit(server.url, `/${path}?token=${token}`, fields, elsewhere()));
      expect((await Promise.all(sent)).map(({ status }) => status).sort()).toEqual([303, 404, 404]);
    },
  );
});
