import { db } from "~/core/data/db.server";
import { withTotp, wrongCodeOf } from "../support/factors";
import { expect, password, test, type User } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

/* "Is it you?": asked ten minutes after the last proof, and then the person is where they were. */

const minutes = 60 * 1000;

/** Sets the last proof of an account's sessions back. */
const provenAgo = (user: User, milliseconds: number) =>
  db().session.updateMany({
    where: { userId: user.id },
    data: { provenAt: new Date(Date.now() - milliseconds) },
  });

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("an old proof is asked for anew; wrong answers change nothing, the right one goes on", async ({
  page,
  visit,
  user,
  signIn,
  newBrowser,
}) => {
  const other = await newBrowser();
  await signIn({ user, into: other.context(), userAgent: firefox });
  await provenAgo(user, 11 * minutes);

  await visit("/settings");
  expect(await submit(page, "Sign out Firefox on Linux")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  await expectPlace(page, "/settings");

  for (const [answer, message] of [
    ["", "Enter your password"],
    ["not the password", "Password is not right"],
    ["another wrong one", "Password is not right"],
  ] as const) {
    await field(page, "Password").fill(answer);
    expect(await submit(page, "Go on")).toBe(400);
    await expectFault(page, "Password", message);
    await expect(field(page, "Password")).toHaveValue("");
  }
  expect(await db().session.count({ where: { userId: user.id } })).toBe(2);

  await field(page, "Password").fill(password);
  await button(page, "Go on").click();
  await expect(flash(page)).toHaveText("Session signed out");
  await expectPlace(page, "/settings");
  await expect(heading(page, "Settings")).toBeVisible();
  expect(await db().session.count({ where: { userId: user.id } })).toBe(1);
});

test("after the answer nothing is asked for ten minutes", async ({ page, visit, user }) => {
  await provenAgo(user, 11 * minutes);
  await visit("/settings");
  expect(await submit(page, "Sign out other sessions")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  await field(page, "Password").fill(password);
  await button(page, "Go on").click();
  await expect(flash(page)).toHaveText("Other sessions signed out");
  await visit("/settings");
  await button(page, "Sign out other sessions").click();
  await expect(flash(page)).toHaveText("Other sessions signed out");
});

test("a proof of nine minutes ago is good enough", async ({ page, visit, user }) => {
  await provenAgo(user, 9 * minutes);
  await visit("/settings");
  await button(page, "Sign out other sessions").click();
  await expect(flash(page)).toHaveText("Other sessions signed out");
});

test("whoever does not go on is back where they were, and nothing has changed", async ({
  page,
  visit,
  user,
  signIn,
  newBrowser,
}) => {
  await signIn({ user, into: (await newBrowser()).context() });
  await provenAgo(user, 11 * minutes);
  await visit("/settings");
  expect(await submit(page, "Sign out other sessions")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  await page.getByRole("link", { name: "Go back", exact: true }).click();
  await expect(heading(page, "Settings")).toBeVisible();
  expect(await db().session.count({ where: { userId: user.id } })).toBe(2);
});

test("a form that asks for the password itself asks no second time", async ({ page, visit, user }) => {
  await provenAgo(user, 11 * minutes);
  await visit("/settings");
  await field(page, "Current password").fill(password);
  await field(page, "New password").fill("a new one, quite long");
  await field(page, "Confirm new password").fill("a new one, quite long");
  await button(page, "Change password").click();
  await expect(flash(page)).toHaveText("Password changed. Your other sessions are signed out");
});

test("guesses count together with sign-in, and the question stays", async ({ page, visit, user }) => {
  await provenAgo(user, 11 * minutes);
  await visit("/settings");
  expect(await submit(page, "Sign out other sessions")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  for (let guess = 1; guess <= 10; guess++) {
    await field(page, "Password").fill(`wrong ${guess}`);
    expect(await submit(page, "Go on")).toBe(400);
    await expectFault(page, "Password", "Password is not right");
    await expect(field(page, "Password")).toHaveValue("");
  }
  await field(page, "Password").fill(password);
  expect(await submit(page, "Go on")).toBe(429);
  await expectFault(page, "Password", "Too many attempts. Try again in 15 minutes.");
  await expect(heading(page, "Is it you?")).toBeVisible();
});

test("the focus goes to the answer that was wrong", { tag: "@javascript" }, async ({ page, visit, user }) => {
  const { secret } = await withTotp(user);
  await provenAgo(user, 11 * minutes);
  await visit("/settings");
  expect(await submit(page, "Sign out other sessions")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  await expect(field(page, "Password")).toBeFocused();
  await field(page, "Or a code of your app").fill(wrongCodeOf(secret));
  expect(await submit(page, "Go on")).toBe(400);
  await expect(field(page, "Or a code of your app")).toBeFocused();
  await expect(field(page, "Or a code of your app")).toHaveValue("");
});

test("the page that asks before a page leads back there", async ({ page, visit, user: _user }) => {
  await visit("/settings/confirm?redirect=%2Ftasks%3Fstatus%3Dactive");
  await field(page, "Password").fill("not the password");
  expect(await submit(page, "Go on")).toBe(400);
  await expectFault(page, "Password", "Password is not right");
  await field(page, "Password").fill(password);
  await button(page, "Go on").click();
  await expectPlace(page, "/tasks?status=active");
});
