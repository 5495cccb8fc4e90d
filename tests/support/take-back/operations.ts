import { randomUUID } from "node:crypto";
import { updateProfile } from "~/identity/domain/account/accounts.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { deleteAccount } from "~/identity/domain/lifecycle/deletion.server";
import {
  confirmEmailChange,
  requestEmailChange,
  undoEmailChange,
} from "~/identity/domain/email-change/email-change.server";
import { resendVerification, verifyEmail } from "~/identity/domain/sign-up/email-verification.server";
import { exportData } from "~/services/export/export.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import {
  finishSecondStepWithPasskey,
  secondStepOptions,
  signInOptions,
  signInWithPasskey,
} from "~/identity/domain/passkeys/passkey-sign-in.server";
import { removePasskey, renamePasskey } from "~/identity/domain/passkeys/passkeys.server";
import { addPasskey, registrationOptions } from "~/identity/domain/passkeys/registration.server";
import { resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { proveByCode, provePassword } from "~/identity/domain/sign-in/proof.server";
import { beginSecondStep, finishSecondStep } from "~/identity/domain/sign-in/second-step.server";
import {
  confirmSetup,
  makeBackupCodes,
  readSetup,
  readTwoStep,
  startSetup,
  turnOffTwoStep,
} from "~/identity/domain/two-step/two-step.server";
import { SecondFactorRequired, signIn } from "~/identity/domain/sign-in/sign-in.server";
import type { Actor } from "~/core/actor";
import { queueMail } from "~/services/mail/outbox.server";
import type { MailDetails, MailKind } from "~/services/mail/mail-kind.server";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import {
  endSession,
  renewIdentifier,
  revokeOtherSessions,
  revokeSession,
} from "~/identity/domain/sessions/sessions.server";
import { saveTask } from "~/tasks/domain/edit/save-task.server";
import { createTask, deleteTask, toggleTask, updateTask } from "~/tasks/domain/tasks.server";
import { readEditBase, writeEditBase } from "~/tasks/domain/edit/edit-base.server";
import { createToken, revokeToken } from "~/identity/domain/tokens/personal-tokens.server";
import { newAuthenticator } from "../authenticator";
import { codeOf, withTotp } from "../factors";
import { sendWaiting } from "../outbox";
import { openSession, password, standingOf } from "../people";
import { somebody, takeBacks, type Person, type TakeBack } from "./person";

/** Every write that a session, a token, a proof or a link permits, and the take-backs that must prevent it. */
export type Operation = Readonly<{
  name: string;
  /** The domain functions that it tests. */
  of: readonly string[];
  across: readonly TakeBack[];
  /** Whether it ends without an error if there is nothing left to do. */
  quiet?: boolean;
  /**
   * Whether it brings its whole proof with it. If it starts after a take-back that leaves the proof valid, it may
   * succeed.
   */
  fresh?: boolean;
  /** The last write before which it can be paused, if the writes after it only clean up. By default all can. */
  last?: number;
  /** Creates what must exist before, and returns the call that is paused. */
  prepare: (person: Person) => Promise<() => Promise<unknown>>;
}>;

type Prepare = Operation["prepare"];
type More = Pick<Operation, "quiet" | "fresh" | "last">;

const all = Object.keys(takeBacks) as TakeBack[];
const without = (...left: TakeBack[]) => all.filter((takeBack) => !left.includes(takeBack));
const sessionEnds: TakeBack[] = ["signing out", "the end of the session from elsewhere"];

const ofSession = without("the token's end");
/** A password change keeps personal access tokens, and they belong to no session. */
const ofToken = without("a change of the password", ...sessionEnds);
const ofProof = without("the token's end", ...sessionEnds);

const operation =
  (across: readonly TakeBack[]) =>
  (name: string, of: string | string[], prepare: Prepare, more: More = {}): Operation => ({
    ...{ name, of: [of].flat(), across, prepare, ...more },
  });

const bySession = operation(ofSession);
const byToken = operation(ofToken);
const byProof = operation(ofProof);

const origin = "https://tasks.example.com";
const bearer = { via: "bearer" } as const;
const newEmail = () => `${randomUUID()}@example.com`;
const inADay = () => new Date(Date.now() + 86_400_000);

/** The browser's actor, with an existing task. */
const withTask =
  <Who extends Actor>(
    actorOf: (person: Person) => Who,
    call: (actor: Who, number: number) => Promise<unknown>,
  ): Prepare =>
  async (person) => {
    const { number } = await createTask(person.owner, { title: "Before" });
    return () => call(actorOf(person), number);
  };

const inBrowser = ({ browser }: Person) => browser.actor;
const onApi = ({ api }: Person) => api.actor;
const asProgram = ({ program }: Person) => program;

/** For writes that need only the session. */
const at =
  <Who extends Actor>(
    actorOf: (person: Person) => Who,
    call: (actor: Who, person: Person) => Promise<unknown>,
  ): Prepare =>
  (person) =>
    Promise.resolve(() => call(actorOf(person), person));

async function addedPasskey({ owner }: Person) {
  const authenticator = newAuthenticator(origin);
  const { challenge } = await registrationOptions(owner, origin);
  await addPasskey(owner, { name: "Phone", response: authenticator.register(challenge) }, origin, somebody());
  return authenticator;
}

/** The token of a second step after a correct password. */
const begunSecondStep = async ({ user }: Person) =>
  beginSecondStep(await standingOf(user), { remembered: false }, () => new Error("a wrong password"));

const withWaitingMail =
  <Kind extends MailKind>(kind: Kind, detail: MailDetails[Kind], to: (person: Person) => string): Prepare =>
  async (person) => {
    await queueMail({ kind, userId: kind === "reset-password" ? undefined : person.user.id, to: to(person), detail });
    return sendWaiting;
  };

const tasks: Operation[] = [
  bySession(
    "adding a task",
    "createTask",
    at(inBrowser, (actor) => createTask(actor, { title: "After" })),
  ),
  bySession(
    "adding a task under a key",
    "createTask",
    at(onApi, (actor) => createTask(actor, { title: "After" }, "a key")),
  ),
  bySession(
    "changing a task",
    "updateTask",
    withTask(onApi, (actor, number) => updateTask(actor, number, { title: "After" })),
  ),
  bySession("saving a task's form", "saveTask", async ({ owner, browser: { actor } }) => {
    const task = await createTask(owner, { title: "Before" });
    const seen = readEditBase(writeEditBase(task));
    if (!seen) throw new Error("the version of a task cannot be read");
    return () => saveTask(actor, task.number, { ...task, title: "After" }, {}, seen);
  }),
  bySession("toggling a task", "toggleTask", withTask(inBrowser, toggleTask)),
  bySession("deleting a task", "deleteTask", withTask(onApi, deleteTask)),
  byToken(
    "a program's adding a task",
    "createTask",
    at(asProgram, (actor) => createTask(actor, { title: "After" })),
  ),
  byToken(
    "a program's adding a task under a key",
    "createTask",
    at(asProgram, (actor) => createTask(actor, { title: "After" }, "a key")),
  ),
  byToken(
    "a program's changing a task",
    "updateTask",
    withTask(asProgram, (actor, number) => updateTask(actor, number, { title: "After" })),
  ),
  byToken("a program's toggling a task", "toggleTask", withTask(asProgram, toggleTask)),
  byToken("a program's deleting a task", "deleteTask", withTask(asProgram, deleteTask)),
];

const settings: Operation[] = [
  bySession(
    "a change of the name",
    "updateProfile",
    at(onApi, (actor) => updateProfile(actor, { name: "After" }, somebody())),
  ),
  bySession(
    "a change of the password",
    "changePassword",
    at(inBrowser, (actor) =>
      changePassword(actor, { currentPassword: password, newPassword: "the password of a thief" }, somebody()),
    ),
  ),
  bySession(
    "asking for another address",
    "requestEmailChange",
    at(inBrowser, (actor) => requestEmailChange(actor, { email: newEmail(), password }, somebody())),
  ),
  bySession("asking for a link to confirm the address", "resendVerification", at(inBrowser, resendVerification)),
  bySession(
    "a proof by the password",
    "provePassword",
    at(inBrowser, (actor) => provePassword(actor, password, somebody())),
  ),
  bySession("a proof by a code", "proveByCode", async ({ user, browser: { actor } }) => {
    const { secret } = await withTotp(user);
    return () => proveByCode(actor, codeOf(secret), somebody());
  }),
  bySession(
    "a new identifier",
    "renewIdentifier",
    at(inBrowser, (actor, { browser }) => renewIdentifier(actor, browser.secret)),
    {
      quiet: true,
    },
  ),
  bySession(
    "an export",
    "exportData",
    at(inBrowser, (actor) => exportData(actor, "tasks-csv", somebody())),
  ),
  bySession(
    "deleting the account",
    "deleteAccount",
    at(inBrowser, (actor) => deleteAccount(actor, password, somebody())),
    // The proof, and the account itself. Its remaining rows are removed afterwards.
    { last: 2 },
  ),
  bySession(
    "signing out",
    "endSession",
    at(inBrowser, (actor) => endSession(actor, somebody())),
    { quiet: true },
  ),
  bySession("ending another session", "revokeSession", async ({ user, browser: { actor } }) => {
    const { actor: another } = await openSession(user);
    return () => revokeSession(actor, another.sessionId, somebody());
  }),
  bySession(
    "ending all other sessions",
    "revokeOtherSessions",
    at(inBrowser, (actor) => revokeOtherSessions(actor, somebody())),
  ),
  bySession(
    "making a token",
    "createToken",
    at(inBrowser, (actor) =>
      createToken(actor, { id: randomUUID(), name: "Mine", scopes: ["tasks:write"], expiresAt: inADay() }, somebody()),
    ),
  ),
  bySession(
    "revoking a token",
    "revokeToken",
    at(inBrowser, (actor, { program }) => revokeToken(actor, program.tokenId, somebody())),
  ),
];

const factors: Operation[] = [
  bySession(
    "beginning to set two-step sign-in up",
    "startSetup",
    at(inBrowser, (actor) => startSetup(actor)),
  ),
  bySession(
    "turning two-step sign-in on",
    "confirmSetup",
    async ({ owner, browser: { actor } }) => {
      await startSetup(owner);
      const setup = await readSetup(owner);
      return () => confirmSetup(actor, codeOf(setup?.secret ?? ""), somebody());
    },
    { quiet: true },
  ),
  bySession(
    "making new backup codes",
    "makeBackupCodes",
    async ({ user, owner, browser: { actor } }) => {
      await withTotp(user);
      const state = await readTwoStep(owner);
      return () => makeBackupCodes(actor, state?.generation ?? "", somebody());
    },
    // If an undone change has removed two-step sign-in, there is no set to replace.
    { quiet: true },
  ),
  bySession("turning two-step sign-in off", "turnOffTwoStep", async ({ user, browser: { actor } }) => {
    const { secret } = await withTotp(user);
    return () => turnOffTwoStep(actor, { password, answer: { totpCode: codeOf(secret) } }, somebody());
  }),
  bySession(
    "the question for a new passkey",
    "registrationOptions",
    at(inBrowser, (actor) => registrationOptions(actor, origin)),
  ),
  bySession("adding a passkey", "addPasskey", async ({ browser: { actor } }) => {
    const { challenge } = await registrationOptions(actor, origin);
    const response = newAuthenticator(origin).register(challenge);
    return () => addPasskey(actor, { name: "Mine", response }, origin, somebody());
  }),
  bySession("renaming a passkey", "renamePasskey", async (person) => {
    const { id } = await addedPasskey(person);
    return () => renamePasskey(person.browser.actor, id, "Mine", somebody());
  }),
  bySession("removing a passkey", "removePasskey", async (person) => {
    const { id } = await addedPasskey(person);
    return () => removePasskey(person.browser.actor, id, somebody());
  }),
];

const signIns: Operation[] = [
  bySession("a refresh", "refreshSession", ({ api }) => Promise.resolve(() => refreshSession(api.secret, somebody()))),
  byProof(
    "signing in",
    "signIn",
    ({ user: { email } }) => Promise.resolve(() => signIn({ email, password }, bearer, somebody())),
    { fresh: true },
  ),
  byProof(
    "signing in with a code",
    "signIn",
    async ({ user }) => {
      const { secret } = await withTotp(user);
      return () => signIn({ email: user.email, password }, bearer, somebody(), { totpCode: codeOf(secret) });
    },
    { fresh: true },
  ),
  byProof(
    "the first step of two",
    ["signIn", "beginSecondStep"],
    async ({ user }) => {
      await withTotp(user);
      const { email } = user;
      return () =>
        signIn({ email, password }, { via: "cookie", remembered: true }, somebody()).catch((error: unknown) => {
          if (!(error instanceof SecondFactorRequired)) throw error;
          return beginSecondStep(error.standing, { remembered: true }, () => error);
        });
    },
    { fresh: true },
  ),
  byProof("the second step by a code", "finishSecondStep", async (person) => {
    const { secret } = await withTotp(person.user);
    const step = await begunSecondStep(person);
    return () => finishSecondStep(step, { totpCode: codeOf(secret) }, somebody());
  }),
  byProof("the second step by a backup code", "finishSecondStep", async (person) => {
    const { backupCodes } = await withTotp(person.user);
    const step = await begunSecondStep(person);
    return () => finishSecondStep(step, { backupCode: backupCodes[0] ?? "" }, somebody());
  }),
  byProof("the question for a passkey as the second step", "secondStepOptions", async (person) => {
    await addedPasskey(person);
    await withTotp(person.user);
    const step = await begunSecondStep(person);
    return () => secondStepOptions(step, origin, somebody());
  }),
  byProof("the second step by a passkey", "finishSecondStepWithPasskey", async (person) => {
    const passkey = await addedPasskey(person);
    await withTotp(person.user);
    const step = await begunSecondStep(person);
    const { challenge } = await secondStepOptions(step, origin, somebody());
    const answer = passkey.sign(challenge, person.user.id);
    return () => finishSecondStepWithPasskey(step, answer, origin, somebody());
  }),
];

const heldPasskey = byProof(
  "signing in with a passkey",
  "signInWithPasskey",
  async (person) => {
    const passkey = await addedPasskey(person);
    const { challenge } = await signInOptions(origin, somebody());
    const answer = passkey.sign(challenge, person.user.id);
    return () => signInWithPasskey(answer, origin, bearer, somebody());
  },
  { fresh: true },
);

const endsAddress: TakeBack[] = [
  ...(["a reset", "a change of the password", "being disabled and enabled"] as const),
  ...(["an undone change of the address", "its deletion", "the operator's end of all sessions"] as const),
];
const undoOrDeletion: TakeBack[] = ["an undone change of the address", "its deletion"];

const links: Operation[] = [
  operation(undoOrDeletion)("confirming the address", "verifyEmail", async ({ user }) => {
    const secret = await makeToken("verify-email", { userId: user.id, email: user.email });
    return () => verifyEmail(secret, "", somebody());
  }),
  operation(["a reset", "a change of the password", ...undoOrDeletion])(
    "a reset",
    "resetPassword",
    async ({ user }) => {
      const secret = await makeToken("reset-password", { userId: user.id, email: user.email });
      return () => resetPassword(secret, "the password of a thief", somebody());
    },
  ),
  operation(endsAddress)("confirming another address", "confirmEmailChange", async ({ user }) => {
    const secret = await makeToken("change-email", { userId: user.id, email: newEmail() });
    return () => confirmEmailChange(secret, somebody());
  }),
  operation(undoOrDeletion)("undoing a later change of the address", "undoEmailChange", async ({ user }) => {
    const secret = await makeToken("undo-email", { userId: user.id, email: newEmail() });
    return () => undoEmailChange(secret, somebody());
  }),
];

const mails: Operation[] = [
  operation(endsAddress)("the mail to another address", "compose", withWaitingMail("confirm-new-email", {}, newEmail), {
    quiet: true,
  }),
  operation(["a reset", "a change of the password", ...undoOrDeletion])(
    "the mail with a link to reset the password",
    "compose",
    withWaitingMail("reset-password", { userAgent: "Vitest", address: "192.0.2.7" }, ({ user }) => user.email),
    { quiet: true },
  ),
  operation(undoOrDeletion)(
    "the mail that tells of a later change of the address",
    "compose",
    withWaitingMail("email-changed", { newEmail: "new@example.com" }, newEmail),
    { quiet: true },
  ),
];

export const operations: readonly Operation[] = [
  ...tasks,
  ...settings,
  ...factors,
  ...signIns,
  heldPasskey,
  ...links,
  ...mails,
];
