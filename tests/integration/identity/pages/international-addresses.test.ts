import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { normalizeEmail } from "~/core/email";
import { api, newAddress, submit, textOf, visit, type Fields } from "../../../support/http";
import { startMailServer, type TestMailServer } from "../../../support/mail";
import { newCookie, newUser, password } from "../../../support/people";
import { runUserCommand, startServer, type RunningServer } from "../../../support/server";

/* Addresses of internationalised domains: one account, however its owner writes it, on every way to it. */

let server: RunningServer;
let limited: RunningServer;
let mail: TestMailServer;

beforeAll(async () => {
  const { databaseUrl } = config();
  mail = await startMailServer();
  const env = { TRUST_PROXY: "loopback", PUBLIC_URL: "http://tasks.example.com", SMTP_URL: mail.url };
  [server, limited] = await Promise.all([
    startServer({ databaseUrl, env }),
    startServer({ databaseUrl, env: { TRUST_PROXY: "loopback", SIGNUP: "invite" } }),
  ]);
});

afterAll(async () => {
  await Promise.all([server.stop(), limited.stop()]);
  await mail.stop();
});

/** An address that nobody has, as people write it and as programs do. */
function newAddressOfMail() {
  const local = randomUUID();
  return { written: `${local}@müller.example`, ascii: `${local}@xn--mller-kva.example` };
}

const page = (path: string, fields: Fields, cookie?: string, address = newAddress()) =>
  submit(server.url, path, fields, { address, cookie });
const logIn = (email: string, address = newAddress(), given = password) =>
  api(server.url, "POST", "/auth/login", { address }, { email, password: given });

describe("an account of a domain with an umlaut", () => {
  it.each([
    ["written with it", "written"],
    ["written in ASCII", "ascii"],
  ] as const)("%s at sign-up is one, and signs in either way, on pages and API", async (_how, form) => {
    const address = newAddressOfMail();
    const made = await api(
      server.url,
      "POST",
      "/auth/signup",
      { address: newAddress() },
      { email: address[form], password },
    );
    expect(made.status).toBe(201);
    expect(made.json<{ user: { email: string } }>().user.email).toBe(address.ascii);
    for (const email of [address.written, address.ascii, address.written.toUpperCase(), ` ${address.ascii} `]) {
      expect((await logIn(email)).status).toBe(200);
      expect((await page("/login", { email, password })).status).toBe(303);
    }
    for (const email of [address.written, address.ascii]) {
      const again = await page("/signup", { email, password, confirmPassword: password });
      expect([again.status, textOf(again.text)]).toEqual([400, expect.stringContaining("Email already registered")]);
    }
    expect(await db().user.count({ where: { email: { startsWith: address.ascii.slice(0, 36) } } })).toBe(1);
  });

  it("is shown as people write it, and stays as it was typed in a form that is refused", async () => {
    const { ascii, written } = newAddressOfMail();
    const cookie = await newCookie(await newUser({ email: ascii }));
    for (const path of ["/settings", "/settings/email", "/settings/delete"])
      expect((await visit(server.url, path, { cookie })).text).toContain(written);
    expect((await page("/login", { email: written, password: "wrong" })).text).toContain(`value="${written}"`);
  });

  it("counts guesses together, however the address is written", async () => {
    const { ascii, written } = newAddressOfMail();
    await newUser({ email: ascii });
    const from = newAddress();
    for (let time = 0; time < 10; time++)
      expect((await logIn(time % 2 ? ascii : written, from, "wrong")).status).toBe(401);
    expect((await logIn(written, from)).status).toBe(429);
  });

  it("gets the mail of a reset, and can be changed to", async () => {
    const { ascii, written } = newAddressOfMail();
    await newUser({ email: ascii });
    expect((await page("/forgot-password", { email: written })).status).toBe(303);
    // The mail server of the tests shows domains in letters, whatever they came as.
    const toOf = () => mail.received.map(({ envelope }) => normalizeEmail(envelope.to[0] ?? ""));
    await expect.poll(toOf, { timeout: 20_000 }).toContain(ascii);

    const other = newAddressOfMail();
    const cookie = await newCookie(await newUser());
    const fields = { intent: "change-email", email: other.written, password };
    expect((await page("/settings/email", fields, cookie)).status).toBe(303);
    await expect.poll(toOf, { timeout: 20_000 }).toContain(other.ascii);
    const same = await page("/settings/email", { ...fields, email: written }, await newCookie(await userOf(ascii)));
    expect(textOf(same.text)).toContain("This is your address already");
  });

  it("can be invited, and is known to the operator's commands, in either form", async () => {
    const { ascii, written } = newAddressOfMail();
    const run = (...words: string[]) => runUserCommand(words, { databaseUrl: config().databaseUrl });
    const invitation = /invitation=([\w-]+)/.exec((await run("invite", written)).output)?.[1] ?? "";
    const form = (await visit(limited.url, `/signup?invitation=${invitation}`)).text;
    expect(form).toContain(`value="${written}"`);
    const fields = { email: written, password, confirmPassword: password, invitation };
    expect((await submit(limited.url, "/signup", fields, { address: newAddress() })).status).toBe(303);
    expect((await run("invite", ascii)).output).toContain("has an account already");
    expect((await run("disable", written)).exitCode).toBe(0);
    expect((await userOf(ascii)).isActive).toBe(false);
    expect((await run("enable", ascii)).exitCode).toBe(0);
    expect((await run("list")).output).toContain(written);
    expect((await run("create", written)).output).toContain("has an account already");
  });
});

const userOf = (email: string) => db().user.findUniqueOrThrow({ where: { email } });

it.each(["почта.рф", "xn--80a1acny.xn--p1ai"])("%s is a domain as any other", async (domain) => {
  const local = randomUUID();
  const made = await page("/signup", { email: `${local}@${domain}`, password, confirmPassword: password });
  expect([made.status, made.headers.location]).toEqual([303, "/tasks"]);
  expect((await userOf(`${local}@xn--80a1acny.xn--p1ai`)).email).toContain(local);
});
