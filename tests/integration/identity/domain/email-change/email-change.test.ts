import type { User } from "~/core/actor";
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { operatorsTurn } from "~/identity/domain/passwords/turn-to-hash.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import {
  confirmEmailChange,
  requestEmailChange,
  undoEmailChange,
} from "~/identity/domain/email-change/email-change.server";
import { makeToken, peekToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { hashPassword } from "~/identity/domain/passwords/passwords.server";
import { askForReset, ownerOfResetLink, resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import { Conflict, Invalid, NotFound, RateLimited, Unauthenticated } from "~/core/errors";
import { withTotp } from "../../../../support/factors";
import { tokenIn } from "../../../../support/mail";
import { sendWaiting, waitingMail } from "../../../../support/outbox";
import { client, newUser, openSession, password } from "../../../../support/people";

const day = 24 * 60 * 60 * 1000;
const somebody = () => ({ address: `198.51.100.1 ${randomUUID()}`, userAgent: "Vitest" });
/** An account whose address is confirmed. */
const newOwner = () => newUser({ verified: true });
const newEmail = () => `${randomUUID()}@example.com`;
const emailOf = async ({ id }: User) => (await db().user.findUniqueOrThrow({ where: { id } })).email;

/** Asks for a change, and answers the secret of the link that goes to the new address. */
async function request(user: User, email: string): Promise<string> {
  const { actor } = await openSession(user);
  expect(await requestEmailChange(actor, { email, password }, somebody())).toBe("asked");
  return tokenIn(await waitingMail("confirm-new-email", email), "/confirm-email");
}

/** Changes an address, and answers the secret of the link that the old one gets. */
async function change(user: User, email: string): Promise<string> {
  const old = await emailOf(user);
  await confirmEmailChange(await request(user, email), client);
  return tokenIn(await waitingMail("email-changed", old), "/undo-email");
}

describe("asking for a change", () => {
  it("changes nothing yet, and mails the new address alone", async () => {
    const user = await newOwner();
    await request(user, newEmail());
    expect(await emailOf(user)).toBe(user.email);
    expect(await sendWaiting()).toEqual([]);
  });

  it("asks for the password", async () => {
    const { actor } = await openSession(await newOwner());
    const refused = requestEmailChange(actor, { email: newEmail(), password: "wrong" }, somebody());
    await expect(refused).rejects.toBeInstanceOf(Invalid);
    expect(await sendWaiting()).toEqual([]);
  });

  it("refuses the present address", async () => {
    const user = await newOwner();
    const { actor } = await openSession(user);
    await expect(requestEmailChange(actor, { email: user.email, password }, somebody())).rejects.toMatchObject({
      faults: [{ path: ["email"] }],
    });
  });

  it("says nothing of a taken address; its owner is told", async () => {
    const [user, other] = [await newOwner(), await newOwner()];
    const { actor } = await openSession(user);
    expect(await requestEmailChange(actor, { email: other.email, password }, somebody())).toBe("asked");
    const [mail] = await sendWaiting();
    expect(mail).toMatchObject({ to: other.email, subject: "This address already has an account" });
    expect(mail?.text).not.toContain("/confirm-email");
  });

  it("a second request ends the first, mailed or not", async () => {
    const user = await newOwner();
    const first = await request(user, newEmail());
    const { actor } = await openSession(user);
    const second = newEmail();
    await requestEmailChange(actor, { email: newEmail(), password }, somebody());
    await requestEmailChange(actor, { email: second, password }, somebody());
    expect((await sendWaiting()).map(({ to }) => to)).toEqual([second]);
    await expect(confirmEmailChange(first, client)).rejects.toBeInstanceOf(NotFound);
  });

  it("has a limit of 5 in an hour", async () => {
    const { actor } = await openSession(await newOwner());
    const ask = () => requestEmailChange(actor, { email: newEmail(), password }, somebody());
    for (let time = 0; time < 5; time++) await ask();
    await expect(ask()).rejects.toBeInstanceOf(RateLimited);
    await sendWaiting();
  });
});

describe("confirming it", () => {
  it("changes the address, which is confirmed then, and tells the old one", async () => {
    const user = await newOwner();
    const email = newEmail();
    const secret = await request(user, email);
    const reset = await makeToken("reset-password", { userId: user.id, email: user.email });
    await confirmEmailChange(secret, client);
    const row = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect([row.email, row.emailVerifiedAt]).toEqual([email, expect.any(Date)]);
    expect(await peekToken("reset-password", reset)).toBeNull();
    expect((await waitingMail("email-changed", user.email)).text).toContain(email);
    const events = await db().auditEvent.findMany({ where: { userId: user.id } });
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["email_change_requested", "email_changed"]));
    await expect(confirmEmailChange(secret, client)).rejects.toBeInstanceOf(NotFound);
  });

  it("by many at once is done once", async () => {
    const user = await newOwner();
    const secret = await request(user, newEmail());
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => confirmEmailChange(secret, client)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await waitingMail("email-changed", user.email);
  });

  it("ends after 24 hours", async () => {
    const user = await newOwner();
    const secret = await request(user, newEmail());
    await expect(confirmEmailChange(secret, client, new Date(Date.now() + day))).rejects.toBeInstanceOf(NotFound);
    expect(await emailOf(user)).toBe(user.email);
  });

  it("of an address that somebody took meanwhile says so, and changes nothing", async () => {
    const user = await newOwner();
    const email = newEmail();
    const secret = await request(user, email);
    await newUser({ email });
    await expect(confirmEmailChange(secret, client)).rejects.toThrow("belongs to another account");
    expect(await emailOf(user)).toBe(user.email);
    expect(await db().oneTimeToken.count({ where: { email: user.email, purpose: "undo-email" } })).toBe(0);
    expect(await sendWaiting()).toEqual([]);
  });

  it("is over when the password was changed meanwhile, mailed or not", async () => {
    const [mailed, waiting] = [await newOwner(), await newOwner()];
    const secret = await request(mailed, newEmail());
    const { actor } = await openSession(waiting);
    await requestEmailChange(actor, { email: newEmail(), password }, somebody());
    for (const user of [mailed, waiting]) {
      const change = { currentPassword: password, newPassword: "a slow train to the seaside" };
      await changePassword((await openSession(user)).actor, change, somebody());
    }
    await expect(confirmEmailChange(secret, client)).rejects.toBeInstanceOf(NotFound);
    expect((await sendWaiting()).filter(({ kind }) => kind === "confirm-new-email")).toEqual([]);
  });

  it("is over when the password was reset meanwhile", async () => {
    const user = await newOwner();
    const secret = await request(user, newEmail());
    await askForReset(user.email, somebody());
    const reset = tokenIn(await waitingMail("reset-password", user.email), "/reset-password");
    await resetPassword(reset, "a slow train to the seaside", client);
    await expect(confirmEmailChange(secret, client)).rejects.toBeInstanceOf(NotFound);
    await sendWaiting();
  });
});

describe("undoing it", () => {
  it("brings the old address back, ends every session and what the stranger has begun, once", async () => {
    const user = await newOwner();
    const undo = await change(user, newEmail());
    const pending = await request(user, newEmail());
    await undoEmailChange(undo, client);
    expect(await emailOf(user)).toBe(user.email);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    await expect(confirmEmailChange(pending, client)).rejects.toBeInstanceOf(NotFound);
    await expect(undoEmailChange(undo, client)).rejects.toBeInstanceOf(NotFound);
    expect(await db().oneTimeToken.count({ where: { userId: user.id } })).toBe(0);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "email_change_undone" } })).toBe(1);
  });

  it("by many at once is done once", async () => {
    const user = await newOwner();
    const undo = await change(user, newEmail());
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => undoEmailChange(undo, client)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("works for seven days from the change, however late the mail left", async () => {
    const user = await newOwner();
    await confirmEmailChange(await request(user, newEmail()), client);
    const changedAt = Date.now() - 6 * day;
    await db().outboxMessage.updateMany({ data: { createdAt: new Date(changedAt) } });
    const undo = tokenIn(await waitingMail("email-changed", user.email), "/undo-email");
    const until = (await peekToken("undo-email", undo))?.expiresAt.getTime();
    expect(until).toBe(changedAt + 7 * day);
    await expect(undoEmailChange(undo, client, new Date(changedAt + 7 * day))).rejects.toBeInstanceOf(NotFound);
    await undoEmailChange(undo, client, new Date(changedAt + 7 * day - 1));
  });

  it("takes away what was added since the change, and leaves what was there before", async () => {
    const [user, other] = [await newOwner(), await newOwner()];
    const addPasskey = (id: string, name: string) =>
      db().passkey.create({
        data: {
          ...{ id: randomUUID(), userId: id, name, publicKey: "-", counter: 0n, transports: "", backedUp: false },
          createdAt: new Date(),
        },
      });
    await addPasskey(user.id, "the owner's");
    const undo = await change(user, newEmail());
    await addPasskey(user.id, "the stranger's");
    await addPasskey(other.id, "somebody else's");
    await withTotp(user);
    await undoEmailChange(undo, client);
    const names = async (userId: string) =>
      (await db().passkey.findMany({ where: { userId } })).map(({ name }) => name);
    expect(await names(user.id)).toEqual(["the owner's"]);
    expect(await names(other.id)).toEqual(["somebody else's"]);
    expect(await db().totpFactor.count({ where: { userId: user.id } })).toBe(0);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(0);
  });

  it("leaves no password that the stranger knows; a reset sets the next", async () => {
    const user = await newOwner();
    await undoEmailChange(await change(user, newEmail()), client);
    await expect(signIn({ email: user.email, password }, { via: "bearer" }, somebody())).rejects.toBeInstanceOf(
      Unauthenticated,
    );
    await askForReset(user.email, somebody());
    await resetPassword(
      tokenIn(await waitingMail("reset-password", user.email), "/reset-password"),
      "a new one, mine",
      client,
    );
    const { user: back } = await signIn(
      { email: user.email, password: "a new one, mine" },
      { via: "bearer" },
      somebody(),
    );
    expect(back.id).toBe(user.id);
  });

  it("leaves two-step sign-in that was on before", async () => {
    const user = await newOwner();
    await withTotp(user);
    await undoEmailChange(await change(user, newEmail()), client);
    expect(await db().totpFactor.count({ where: { userId: user.id } })).toBe(1);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(10);
  });

  it("of the first of two changes ends the undo of the second, and not the other way round", async () => {
    const user = await newOwner();
    const stranger = newEmail();
    const first = await change(user, stranger);
    await db().oneTimeToken.updateMany({
      where: { userId: user.id, purpose: "undo-email" },
      data: { expiresAt: new Date(Date.now() + 6 * day) },
    });
    const second = await change(user, newEmail());
    await undoEmailChange(second, client);
    expect(await emailOf(user)).toBe(stranger);
    const hash = await hashPassword(password, operatorsTurn);
    await db().password.create({ data: { userId: user.id, hash, updatedAt: new Date() } });
    const third = await change(user, newEmail());
    await undoEmailChange(first, client);
    expect(await emailOf(user)).toBe(user.email);
    await expect(undoEmailChange(third, client)).rejects.toBeInstanceOf(NotFound);
  });
});

describe("a mail to undo a later change, still waiting when an earlier one is undone", () => {
  it("is not sent: the stranger gets no way back", async () => {
    const user = await newOwner();
    const stranger = newEmail();
    const undo = await change(user, stranger);
    await confirmEmailChange(await request(user, newEmail()), client);
    await undoEmailChange(undo, client);
    expect((await sendWaiting()).filter(({ to }) => to === stranger)).toEqual([]);
    expect(await db().oneTimeToken.count({ where: { userId: user.id } })).toBe(0);
  });
});

describe("while it can be undone", () => {
  it("the old address is kept: nobody signs up with it, and nobody changes to it", async () => {
    const user = await newOwner();
    await confirmEmailChange(await request(user, newEmail()), client);
    // Kept from the change on, not from its mail on.
    await expect(signUp({ email: user.email, password }, { via: "bearer" }, somebody())).rejects.toBeInstanceOf(
      Conflict,
    );
    await sendWaiting();
    const other = await newOwner();
    const { actor } = await openSession(other);
    expect(await requestEmailChange(actor, { email: user.email, password }, somebody())).toBe("asked");
    expect(await sendWaiting()).toEqual([]);
    const secret = await makeToken("change-email", { userId: other.id, email: user.email });
    await expect(confirmEmailChange(secret, client)).rejects.toThrow("belongs to another account");
  });

  it("its owner may go back to it", async () => {
    const user = await newOwner();
    await change(user, newEmail());
    await change(user, user.email);
    expect(await emailOf(user)).toBe(user.email);
  });

  it("and no longer", async () => {
    const user = await newOwner();
    await change(user, newEmail());
    await db().oneTimeToken.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date() } });
    await expect(signUp({ email: user.email, password }, { via: "bearer" }, somebody())).resolves.toBeDefined();
  });
});

describe("on a server without mail", () => {
  const { mail } = config();
  afterEach(() => void Object.assign(config(), { mail }));

  it("the address changes at once, after the password, unless it is taken", async () => {
    Object.assign(config(), { mail: { via: "off" } });
    const [user, other] = [await newOwner(), await newOwner()];
    const { actor } = await openSession(user);
    const ask = (email: string, given = password) => requestEmailChange(actor, { email, password: given }, somebody());
    await expect(ask(newEmail(), "wrong")).rejects.toBeInstanceOf(Invalid);
    await expect(ask(other.email)).rejects.toBeInstanceOf(Conflict);
    const email = newEmail();
    expect(await ask(email)).toBe("changed");
    expect(await emailOf(user)).toBe(email);
    expect(await db().outboxMessage.count()).toBe(0);
  });
});

describe("an address that nobody has confirmed", () => {
  it("is free as soon as the account has left it, and gets no link that would bring it back", async () => {
    const stranger = await newUser();
    const { email } = stranger;
    await confirmEmailChange(await request(stranger, newEmail()), client);
    expect((await sendWaiting()).filter(({ to }) => to === email)).toEqual([]);
    expect(await db().oneTimeToken.count({ where: { userId: stranger.id, purpose: "undo-email" } })).toBe(0);

    const { user } = await signUp({ email, password }, { via: "bearer" }, somebody());
    await askForReset(email, somebody());
    const link = tokenIn(await waitingMail("reset-password", email), "/reset-password");
    expect(await ownerOfResetLink(link)).toMatchObject({ id: user.id });
  });

  it("is kept once a link has proved it, the one of an earlier change too", async () => {
    const user = await newUser();
    const second = newEmail();
    await confirmEmailChange(await request(user, second), client);
    await change(user, newEmail());
    await expect(signUp({ email: second, password }, { via: "bearer" }, somebody())).rejects.toBeInstanceOf(Conflict);
  });
});
