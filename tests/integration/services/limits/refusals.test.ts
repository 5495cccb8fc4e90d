import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { attemptCounters } from "~/identity/domain/passwords/attempts.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { deleteAccount } from "~/identity/domain/lifecycle/deletion.server";
import { requestEmailChange } from "~/identity/domain/email-change/email-change.server";
import { resendVerification } from "~/identity/domain/sign-up/email-verification.server";
import {
  finishSecondStepWithPasskey,
  secondStepOptions,
  signInOptions,
  signInWithPasskey,
} from "~/identity/domain/passkeys/passkey-sign-in.server";
import { askForReset, resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { proveByCode, provePassword } from "~/identity/domain/sign-in/proof.server";
import { beginSecondStep, finishSecondStep } from "~/identity/domain/sign-in/second-step.server";
import { makeBackupCodes, readTwoStep, turnOffTwoStep } from "~/identity/domain/two-step/two-step.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import type { SessionActor, User } from "~/core/actor";
import { RateLimited } from "~/core/errors";
import {
  backupCodesPerAccount,
  backupCodesPerAddress,
  countAttempt,
  emailChangePerAccount,
  hashingPerAccount,
  hashingPerAddress,
  passkeyOptionsPerAddress,
  refreshPerSession,
  resetPerAddress,
  secondFactorPerAccount,
  signInPerAddress,
  signUpPerAddress,
  verificationPerAccount,
  type Counter,
  type Limit,
} from "~/services/limits/limits.server";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { dumpDatabase } from "../../../support/dump";
import { codeOf, withTotp } from "../../../support/factors";
import { client, newUser, openSession, standingOf, password } from "../../../support/people";

/* What a limit refuses leaves the database as it was, in every table. */

const origin = "https://tasks.example.com";
const kind = { via: "bearer" } as const;
const invented = () => `${randomUUID()}@example.com`;

let user: User;
let actor: SessionActor;
let refreshToken: string;
let totpSecret: string;
let secondStep: string;
let unusedCode: string;
let resetLink: string;

beforeAll(async () => {
  user = await newUser();
  const session = await openSession(user, kind);
  actor = session.actor;
  refreshToken = session.secret;
  const factor = await withTotp(user);
  totpSecret = factor.secret;
  unusedCode = factor.backupCodes[0] ?? "";
  resetLink = await makeToken("reset-password", { userId: user.id, email: user.email });
  secondStep = await beginSecondStep(await standingOf(user), { remembered: false }, () => new Error("wrong"));
});

beforeEach(async () => {
  await db().rateLimit.deleteMany();
});

type Way = [what: string, full: () => Counter, attempt: () => Promise<unknown>];

const here = (limit: Limit) => () => ({ limit, subject: client.address });
const account = () => attemptCounters(user.email, client).account;
const account300 = () => ({ ...account(), limit: hashingPerAccount });
const person = (limit: Limit) => () => ({ limit, subject: user.id });
const backupCode = () => ({ backupCode: unusedCode });
const newCodes = async () => makeBackupCodes(actor, (await readTwoStep(actor))?.generation ?? "", client);

/** What a limit of the network address ends, for accounts and addresses that were never heard of before. */
const byAddress: Way[] = [
  ["sign-in", here(signInPerAddress), () => signIn({ email: invented(), password }, kind, client)],
  ["sign-in with a passkey", here(signInPerAddress), () => signInWithPasskey("{}", origin, kind, client)],
  ["sign-up", here(signUpPerAddress), () => signUp({ email: invented(), password }, kind, client)],
  ["a reset", here(resetPerAddress), () => askForReset(invented(), client)],
  ["a question for a passkey", here(passkeyOptionsPerAddress), () => signInOptions(origin, client)],
  [
    "a question for a passkey as the second step",
    here(passkeyOptionsPerAddress),
    () => secondStepOptions(secondStep, origin, client),
  ],
];

/** What is left to those who never fail, on every way to the hash. */
const byHashing: Way[] = [
  ["good sign-ins", account300, () => signIn({ email: user.email, password }, kind, client)],
  ["good sign-ins", here(hashingPerAddress), () => signIn({ email: user.email, password }, kind, client)],
  ["sign-up", here(hashingPerAddress), () => signUp({ email: invented(), password }, kind, client)],
  ["the password once more", here(hashingPerAddress), () => provePassword(actor, password, client)],
  ["a reset's link", here(hashingPerAddress), () => resetPassword(resetLink, "a walk in the autumn rain", client)],
  ["a reset's link", person(hashingPerAccount), () => resetPassword(resetLink, "a walk in the autumn rain", client)],
  ["a backup code", person(hashingPerAccount), () => finishSecondStep(secondStep, backupCode(), client)],
  ["new backup codes", person(backupCodesPerAccount), newCodes],
  ["new backup codes", here(backupCodesPerAddress), newCodes],
];

const codeNow = () => ({ totpCode: codeOf(totpSecret) });

/** What a limit of the account or the session ends, however right the attempt is. */
const byAccount: Way[] = [
  ["sign-in", account, () => signIn({ email: user.email, password }, kind, client)],
  ["the password once more", account, () => provePassword(actor, password, client)],
  [
    "a new password",
    account,
    () => changePassword(actor, { currentPassword: password, newPassword: `${password}!` }, client),
  ],
  ["the end of the account", account, () => deleteAccount(actor, password, client)],
  [
    "another address",
    person(emailChangePerAccount),
    () => requestEmailChange(actor, { email: invented(), password }, client),
  ],
  ["turning two-step sign-in off", account, () => turnOffTwoStep(actor, { password, answer: codeNow() }, client)],
  [
    "a code in the password's place",
    person(secondFactorPerAccount),
    () => proveByCode(actor, codeOf(totpSecret), client),
  ],
  ["the second step by a code", person(secondFactorPerAccount), () => finishSecondStep(secondStep, codeNow(), client)],
  [
    "the second step by a passkey",
    person(secondFactorPerAccount),
    () => finishSecondStepWithPasskey(secondStep, "{}", origin, client),
  ],
  ["a link to confirm the address", person(verificationPerAccount), () => resendVerification(actor)],
  [
    "a refresh",
    () => ({ limit: refreshPerSession, subject: actor.sessionId }),
    () => refreshSession(refreshToken, client),
  ],
];

it.each([...byAddress, ...byAccount, ...byHashing])(
  "%s beyond its limit writes nothing",
  async (_what, full, attempt) => {
    await countAttempt(full());
    await db().rateLimit.updateMany({ data: { points: full().limit.points } });
    const before = await dumpDatabase(config().databaseUrl);
    await expect(attempt()).rejects.toBeInstanceOf(RateLimited);
    expect(await dumpDatabase(config().databaseUrl)).toEqual(before);
  },
);

it("a clock that was put back keeps nobody out for longer than a window, and gives nobody more attempts", async () => {
  const counter = { limit: { name: "test", points: 3, windowSeconds: 60 }, subject: randomUUID() };
  for (let time = 0; time < 3; time++) await countAttempt(counter);
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  await db().rateLimit.updateMany({ data: { resetsAt: tomorrow } });
  for (let time = 0; time < 2; time++) {
    const refused = await countAttempt(counter).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimited);
    expect((refused as RateLimited).retryAfterSeconds).toBeLessThanOrEqual(60);
  }
  const [row] = await db().rateLimit.findMany();
  expect(row?.resetsAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
});
