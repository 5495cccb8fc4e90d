import { beforeAll, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { hashSecret } from "~/core/secrets.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { accessEndings, type AccessEnd } from "~/services/access/ending-access.server";
import { resetPasswordByOperator, endSessionsOf } from "~/identity/domain/lifecycle/operator.server";
import { newPerson, takeBacks, type TakeBack } from "../../../support/take-back/person";

/** Every end of all access; the others in that list end one session or token. */
const whole: readonly TakeBack[] = [
  "a reset",
  "a change of the password",
  "being disabled and enabled",
  "an undone change of the address",
  "its deletion",
  "the operator's end of all sessions",
];

const ended: AccessEnd[] = [];

beforeAll(() => {
  // As a feature registers that gives access in a way of its own.
  const remembering = (end: AccessEnd) => {
    ended.push(end);
    return [db().oneTimeToken.deleteMany({ where: { userId: end.userId, purpose: "invitation" } })];
  };
  accessEndings.install([...accessEndings.all(), remembering]);
});

it.each(whole)("what gives access in another way ends with %s", async (takeBack) => {
  const person = await newPerson();
  await makeToken("invitation", { userId: person.user.id });
  ended.length = 0;
  await takeBacks[takeBack](person);
  expect(ended.map(({ userId }) => userId)).toContain(person.user.id);
  expect(await db().oneTimeToken.count({ where: { userId: person.user.id, purpose: "invitation" } })).toBe(0);
});

it.each(whole)("a link to reset the password that was mailed ends with %s", async (takeBack) => {
  const person = await newPerson();
  const { id, email } = person.user;
  const secret = await makeToken("reset-password", { userId: id, email });
  await takeBacks[takeBack](person);
  expect(await db().oneTimeToken.count({ where: { hash: hashSecret(secret) } })).toBe(0);
});

it("a link that the operator has handed out outlives the operator's end of all sessions", async () => {
  const { user } = await newPerson();
  const secret = await resetPasswordByOperator(user.email);
  await endSessionsOf(user.email);
  expect(await db().oneTimeToken.count({ where: { hash: hashSecret(secret) } })).toBe(1);
});
