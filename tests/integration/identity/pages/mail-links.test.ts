import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { makeToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";
import { runSql } from "../../../support/catalogue";
import { newDatabase } from "../../../support/databases";
import { api, cookiesAfter, newAddress, send, submit, textOf, visit, type Fields } from "../../../support/http";
import { findMail, linkIn, startMailServer, type TestMailServer } from "../../../support/mail";
import { cookieOf, newCookie, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Mail and its links as pages and `/api` have them. */

let optional: RunningServer;
let required: RunningServer;
let mailServer: TestMailServer;
const publicUrl = "https://tasks.example.com";

beforeAll(async () => {
  const { databaseUrl } = config();
  mailServer = await startMailServer();
  const env = { TRUST_PROXY: "loopback", PUBLIC_URL: publicUrl, SMTP_URL: mailServer.url };
  [optional, required] = await Promise.all([
    startServer({ databaseUrl, env }),
    startServer({ databaseUrl, env: { ...env, EMAIL_VERIFICATION: "required" } }),
  ]);
});

afterAll(async () => {
  await Promise.all([optional.stop(), required.stop()]);
  await mailServer.stop();
});

const newEmail = () => `${randomUUID()}@example.com`;
const newPassword = "a slow train to the seaside";

/** What an address was mailed, once it has arrived. */
async function received(to: string, subject: string) {
  const found = () => mailServer.received.find((mail) => mail.envelope.to[0] === to && mail.subject === subject);
  await expect.poll(found).toBeDefined();
  return found();
}

const page = (place: string, fields: Fields, server = optional, headers: Record<string, string> = {}) =>
  submit(server.url, place, fields, { address: newAddress() }, headers);

/** Of a browser session on the https site that these servers are. */
const secureCookie = async (user: User) => cookieOf(await openSession(user), { secure: true });

type LinkPage = { place: string; purpose: TokenPurpose; heading: string; fields: Fields; leadsTo: string };

const links: LinkPage[] = [
  {
    place: "/verify-email",
    purpose: "verify-email",
    heading: "Confirm your email address",
    fields: { intent: "verify" },
    leadsTo: "/login",
  },
  {
    place: "/reset-password",
    purpose: "reset-password",
    heading: "Choose a new password",
    fields: { intent: "reset", newPassword, confirmPassword: newPassword },
    leadsTo: "/login",
  },
  {
    place: "/confirm-email",
    purpose: "change-email",
    heading: "Confirm your new email address",
    fields: { intent: "confirm" },
    leadsTo: "/login",
  },
  {
    place: "/undo-email",
    purpose: "undo-email",
    heading: "Undo the change of address",
    fields: { intent: "undo" },
    leadsTo: "/forgot-password",
  },
];

describe.each(links)("$place", ({ place, purpose, heading, fields, leadsTo }) => {
  async function newLink(): Promise<string> {
    const { id, email } = await newUser();
    const about = { userId: id, email: purpose.endsWith("-email") && purpose !== "verify-email" ? newEmail() : email };
    return `${place}?token=${await makeToken(purpose, about)}`;
  }

  it("is shown by GET and HEAD as often as one likes, and spends nothing: the form does", async () => {
    const link = await newLink();
    for (const method of ["GET", "HEAD", "GET"]) {
      const answer = await send(optional.url, link, { method, headers: { Accept: "text/html" } });
      expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
      if (method === "GET") expect(textOf(answer.text)).toContain(heading);
    }
    const answer = await page(link, fields);
    expect([answer.status, answer.headers.location]).toEqual([303, leadsTo]);
    expect((await page(link, fields)).status).toBe(404);
    const again = await visit(optional.url, link);
    expect([again.status, textOf(again.text)]).toEqual([404, expect.stringContaining("This link no longer works")]);
  });

  it.each(["", "?token=", "?token=x", `?token=${"a".repeat(43)}`, "?token=%00", "?token=a&token=b"])(
    "%s: no such link, and no 5xx",
    async (search) => {
      expect((await visit(optional.url, place + search)).status).toBe(404);
      expect((await visit(optional.url, `${place}.data${search}`)).status).toBe(404);
      expect((await page(place + search, fields)).status).toBe(404);
    },
  );

  it("in the browser of somebody else says whose it is, and claims nothing of them", async () => {
    const [owner, other] = [await newUser(), await newUser()];
    const isNew = purpose === "change-email";
    const email = isNew ? newEmail() : owner.email;
    const link = `${place}?token=${await makeToken(purpose, { userId: owner.id, email })}`;
    const cookie = await secureCookie(other);
    const shown = textOf((await visit(optional.url, link, { cookie })).text);
    for (const address of isNew ? [owner.email, email] : [email]) expect(shown).toContain(address);
    expect(shown).toContain(`You are signed in as ${other.email}. This link belongs to another account`);

    const answer = await submit(optional.url, link, fields, { cookie, address: newAddress() });
    expect([answer.status, answer.headers.location]).toEqual([303, leadsTo === "/login" ? "/tasks" : leadsTo]);
    const after = await visit(optional.url, String(answer.headers.location), {
      cookie: `${cookie}; ${cookiesAfter(answer)}`,
    });
    expect(textOf(after.text)).toContain("Done for the other account: ");
    expect(textOf(after.text)).toContain("Sign out");

    const own = `${place}?token=${await makeToken(purpose, { userId: other.id, email: isNew ? newEmail() : other.email })}`;
    expect(textOf((await visit(optional.url, own, { cookie })).text)).not.toContain("another account");
    expect((await submit(optional.url, own, fields, { cookie, address: newAddress() })).headers.location).toBe(
      place === "/verify-email" || isNew ? "/settings" : leadsTo,
    );
  });

  it("refuses the form of another site, and stays good", async () => {
    const link = await newLink();
    expect((await page(link, fields, optional, { Origin: "https://evil.example" })).status).toBe(403);
    expect((await page(link, fields)).status).toBe(303);
  });

  it("keeps its secret out of the log and of what it sends on", async () => {
    const link = await newLink();
    const shown = await visit(optional.url, link);
    expect(shown.headers["referrer-policy"]).toBe("same-origin");
    await page(link, fields);
    expect(optional.log()).not.toContain(link.split("token=")[1]);
  });
});

describe("/forgot-password", () => {
  const ask = (email: string, headers: Record<string, string> = {}) =>
    page("/forgot-password", { intent: "ask-for-reset", email }, optional, headers);

  it("answers the same for a known and for an unknown address", async () => {
    const { email } = await newUser();
    const [known, unknown] = [await ask(email), await ask(newEmail())];
    expect([known.status, known.headers.location, known.cookies]).toEqual([303, "/check-email?reset", []]);
    const fixed = ({
      headers: { date: _date, "x-request-id": _id, "content-security-policy": _csp, ...rest },
    }: typeof known) => rest;
    expect([unknown.status, fixed(unknown), unknown.text]).toEqual([known.status, fixed(known), known.text]);
    await received(email, "Reset your password");
  });

  it("mails a link of the server's own address, whatever host the request named", async () => {
    const { email } = await newUser();
    const evil = { Host: "evil.example", "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example" };
    expect((await ask(email, evil)).status).toBe(303);
    const mail = await received(email, "Reset your password");
    expect(mail?.text).toContain(`${publicUrl}/reset-password?token=`);
    expect(`${mail?.text ?? ""}${mail?.html ?? ""}`).not.toContain("evil.example");
    const link = linkIn(mail, "/reset-password");
    const { status } = await page(link, { intent: "reset", newPassword, confirmPassword: newPassword });
    expect(status).toBe(303);
  });

  it("has a limit for one network address, with the same form", async () => {
    const address = newAddress();
    const once = () => submit(optional.url, "/forgot-password", { email: newEmail() }, { address });
    for (let time = 0; time < 20; time++) expect((await once()).status).toBe(303);
    const answer = await once();
    expect([answer.status, Number(answer.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect(textOf(answer.text)).toContain("Too many attempts");
    expect(answer.text).toContain('name="email"');
  });

  it("refuses what is no address", async () => {
    const answer = await ask("nobody");
    expect([answer.status, textOf(answer.text)]).toEqual([400, expect.stringContaining("Enter an email address")]);
  });
});

describe("/reset-password", () => {
  const newLink = async () => {
    const user = await newUser();
    return {
      user,
      link: `/reset-password?token=${await makeToken("reset-password", { userId: user.id, email: user.email })}`,
    };
  };

  it.each([
    [{ newPassword: "short", confirmPassword: "short" }, "Password must be at least 8 characters"],
    [{ newPassword, confirmPassword: "another" }, "Passwords do not match"],
    [{ newPassword: "password1", confirmPassword: "password1" }, "on the list of common ones"],
  ])("%j: 400, and the link stays good", async (fields, message) => {
    const { link } = await newLink();
    const answer = await page(link, { intent: "reset", ...fields });
    expect([answer.status, textOf(answer.text)]).toEqual([400, expect.stringContaining(message)]);
    expect(answer.text).not.toContain(fields.newPassword);
    expect((await visit(optional.url, link)).status).toBe(200);
  });

  it("ends the open sessions with the next request, and opens none", async () => {
    const { user, link } = await newLink();
    const cookie = await newCookie(user);
    const answer = await page(link, { intent: "reset", newPassword, confirmPassword: newPassword });
    expect(answer.cookies.filter((set) => set.includes("session"))).toEqual([]);
    expect((await visit(optional.url, "/tasks", { cookie })).status).toBe(303);
  });
});

describe("EMAIL_VERIFICATION=required", () => {
  const signUp = (email: string) =>
    api(required.url, "POST", "/auth/signup", { address: newAddress() }, { email, password });
  const onPage = (place: string, fields: Fields) => page(place, fields, required);

  it("POST /api/auth/signup answers 202 alike for a known and for an unknown address; the mail tells them apart", async () => {
    const [{ email: known }, unknown] = [await newUser(), newEmail()];
    const [first, second] = [await signUp(known), await signUp(unknown)];
    expect([first.status, first.json()]).toEqual([
      202,
      { message: expect.stringContaining("Check your email") as string },
    ]);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect((await received(known, "You already have an account"))?.text).toContain(`${publicUrl}/login`);
    const mail = await received(unknown, "Confirm your email address");
    expect((await onPage(linkIn(mail, "/verify-email"), { intent: "verify" })).status).toBe(400);
    expect((await onPage(linkIn(mail, "/verify-email"), { intent: "verify", password })).status).toBe(303);
    const login = { email: unknown, password };
    expect((await api(required.url, "POST", "/auth/login", { address: newAddress() }, login)).status).toBe(200);
  });

  it("the page leads to /check-email alike, signed out", async () => {
    const { email: known } = await newUser();
    for (const email of [known, newEmail()]) {
      const answer = await onPage("/signup", { email, password, confirmPassword: password });
      expect([answer.status, answer.headers.location, answer.cookies]).toEqual([303, "/check-email", []]);
    }
    expect(textOf((await visit(required.url, "/check-email")).text)).toContain("Check your email");
  });

  it("POST /api/auth/login: 403 with a type of its own, for the right password alone", async () => {
    const { email } = await newUser();
    const login = (given: string) =>
      api(required.url, "POST", "/auth/login", { address: newAddress() }, { email, password: given });
    expect((await login("wrong")).status).toBe(401);
    const answer = await login(password);
    expect([answer.status, answer.json()]).toEqual([
      403,
      {
        type: "/problems/email-not-verified",
        title: "Forbidden",
        status: 403,
        detail: "Confirm your email address first. We have sent you a new link.",
      },
    ]);
    const inWords = await visit(required.url, "/problems/email-not-verified");
    expect([inWords.status, textOf(inWords.text)]).toEqual([
      200,
      expect.stringContaining("Email address not confirmed"),
    ]);
    expect((await visit(required.url, "/problems/nothing")).status).toBe(404);
    await received(email, "Confirm your email address");
  });

  it("the page says so in the form, and opens no session", async () => {
    const { id, email } = await newUser();
    const answer = await onPage("/login", { email, password });
    expect([answer.status, answer.cookies]).toEqual([400, []]);
    expect(textOf(answer.text)).toContain("Confirm your email address first.");
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
  });
});

describe("a server without mail", () => {
  it("in production says so; outside it writes files, and the log names them", async () => {
    // Its own: on the other one servers run that send by SMTP, and whichever comes first takes a message.
    const databaseUrl = await newDatabase();
    const [silent, writing] = await Promise.all([
      startServer({ databaseUrl, env: { NODE_ENV: "production" } }),
      startServer({ databaseUrl, env: { SMTP_URL: undefined } }),
    ]);
    const email = `${randomUUID()}@example.com`;
    const account = { email, password, confirmPassword: password };
    expect((await submit(writing.url, "/signup", account)).status).toBe(303);
    expect(textOf((await visit(silent.url, "/forgot-password")).text)).toContain("This server sends no mail");
    const refused = await submit(silent.url, "/forgot-password", { email });
    expect([refused.status, textOf(refused.text)]).toEqual([400, expect.stringContaining("This server sends no mail")]);
    await silent.stop();

    expect((await submit(writing.url, "/forgot-password", { email })).status).toBe(303);
    const folder = path.join(writing.dataDir, "outbox");
    const found = () => findMail(folder, email, "Reset your password");
    await expect.poll(found).toBeDefined();
    linkIn(await found(), "/reset-password");
    await expect.poll(() => writing.log()).toContain(`mail is in ${folder}`);
    await writing.stop();
  });
});

describe("a mail server that is down", () => {
  it("holds up no form, and the message waits in the database", async () => {
    // A database of its own: the other servers here would send the message. Nothing listens on a port that low.
    const databaseUrl = await newDatabase();
    const env = { PUBLIC_URL: publicUrl, SMTP_URL: "smtp://127.0.0.1:1" };
    const server = await startServer({ databaseUrl, env });
    expect((await api(server.url, "POST", "/auth/signup", {}, { email: "ada@example.com", password })).status).toBe(
      201,
    );
    await expect.poll(() => server.log()).toContain("mail not sent; it will be tried again");
    expect(await server.stop()).toBe(0);
    expect(await runSql(databaseUrl, "SELECT kind, attempts FROM outbox_messages")).toEqual([
      { kind: "verify-email", attempts: 1 },
    ]);
  });
});
