import { randomUUID } from "node:crypto";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { expect, password, test } from "./support/fixtures";
import { mailedLink, mailTo } from "./support/mail";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

test.use({ serverEnv: { EMAIL_VERIFICATION: "optional" } });

const newEmail = () => `${randomUUID()}@example.com`;
const newPassword = "a slow train to the seaside";

test("a new account confirms its address by the link in a mail", async ({ page, visit, server }) => {
  const email = newEmail();
  await visit("/signup");
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(password);
  await field(page, "Confirm password").fill(password);
  await button(page, "Create account").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  await visit("/settings");
  const profile = page.getByRole("region", { name: "Profile" });
  await expect(profile.getByText("Not confirmed", { exact: true })).toBeVisible();

  await visit(await mailedLink(server, email, "Confirm your email address", "/verify-email"));
  await expect(heading(page, "Confirm your email address")).toBeVisible();
  await button(page, "Confirm email address").click();
  await expect(heading(page, "Settings")).toBeVisible();
  await expect(flash(page)).toHaveText("Email address confirmed");
  await expect(profile.getByText("Confirmed", { exact: true })).toBeVisible();
  await expect(button(page, "Send the link again")).toHaveCount(0);
});

test("the link is sent again three times, and then there is a sentence", async ({ page, visit, server, user }) => {
  await visit("/settings");
  for (let time = 0; time < 3; time++) {
    await button(page, "Send the link again").click();
    await expect(flash(page)).toHaveText("A new link is on its way to your inbox");
    await visit("/settings");
  }
  expect(await submit(page, "Send the link again")).toBe(429);
  await expect(page.getByRole("alert")).toContainText("Too many attempts. Try again in");
  await mailTo(server, user.email, "Confirm your email address");
});

test("a forgotten password is reset, once, and every session ends", async ({
  page,
  visit,
  server,
  signIn,
  newBrowser,
}) => {
  const elsewhere = await newBrowser();
  const { email } = await signIn({ into: elsewhere.context() });
  await visit("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(heading(page, "Reset your password")).toBeVisible();
  await field(page, "Email").fill(email);
  await button(page, "Send reset link").click();
  await expect(heading(page, "Check your email")).toBeVisible();

  const link = await mailedLink(server, email, "Reset your password", "/reset-password");
  await visit(link);
  await expect(heading(page, "Choose a new password")).toBeVisible();
  await field(page, "New password").fill(newPassword);
  await field(page, "Confirm new password").fill(`${newPassword}.`);
  expect(await submit(page, "Change password")).toBe(400);
  await expectFault(page, "Confirm new password", "Passwords do not match");
  await expect(field(page, "New password")).toHaveValue("");

  await field(page, "New password").fill(newPassword);
  await field(page, "Confirm new password").fill(newPassword);
  await button(page, "Change password").click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await expect(flash(page)).toHaveText("Password changed. Sign in with the new one");
  await visit("/tasks", elsewhere);
  await expect(heading(elsewhere, "Sign in")).toBeVisible();
  await mailTo(server, email, "Your password was changed");

  await field(page, "Email").fill(email);
  await field(page, "Password").fill(newPassword);
  await button(page, "Sign in").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  await visit(link);
  await expect(heading(page, "This link no longer works")).toBeVisible();
  await expect(page.getByRole("link", { name: "Ask for a new one" })).toBeVisible();
});

test("an unknown address gets the same answer", async ({ page, visit }) => {
  await visit("/forgot-password");
  expect(await submit(page, "Send reset link")).toBe(400);
  await expectFault(page, "Email", "Enter your email address");
  await field(page, "Email").fill(newEmail());
  await button(page, "Send reset link").click();
  await expect(heading(page, "Check your email")).toBeVisible();
  await expectPlace(page, "/check-email?reset");
});

test("a link that is spent while its page is open says what to do", async ({ page, visit, newAccount }) => {
  const { id, email } = await newAccount();
  const token = await makeToken("reset-password", { userId: id, email });
  await visit(`/reset-password?token=${token}`);
  const other = await page.context().newPage();
  await visit(`/reset-password?token=${token}`, other);
  for (const each of [page, other]) {
    await field(each, "New password").fill(newPassword);
    await field(each, "Confirm new password").fill(newPassword);
    await button(each, "Change password").click();
    await expect(heading(each, each === page ? "Sign in" : "This link no longer works")).toBeVisible();
  }
});

test("an address is changed, and the old one takes the account back", async ({
  page,
  visit,
  server,
  newAccount,
  signIn: signInAs,
}) => {
  const user = await signInAs({ user: await newAccount({ verified: true }) });
  const email = newEmail();
  await visit("/settings");
  await page.getByRole("link", { name: "Change email address" }).click();
  await expect(heading(page, "Change your email address")).toBeVisible();
  await field(page, "New email").fill(email);
  await field(page, "Password").fill("not it");
  expect(await submit(page, "Change email")).toBe(400);
  await expectFault(page, "Password", "Password is not right");
  await expect(field(page, "New email")).toHaveValue(email);
  await field(page, "Password").fill(password);
  await button(page, "Change email").click();
  await expect(flash(page)).toHaveText("Follow the link that we have sent to the new address");
  await expect(page.getByText(user.email)).toBeVisible();

  await visit(await mailedLink(server, email, "Confirm your new email address", "/confirm-email"));
  await expect(heading(page, "Confirm your new email address")).toBeVisible();
  await button(page, "Use this address").click();
  await expect(flash(page)).toHaveText("Email address changed");
  await expectPlace(page, "/settings");
  await expect(page.getByText(email)).toBeVisible();

  await visit(await mailedLink(server, user.email, "Your email address was changed", "/undo-email"));
  await expect(heading(page, "Undo the change of address")).toBeVisible();
  await button(page, "Undo the change").click();
  await expect(heading(page, "Reset your password")).toBeVisible();
  await expect(flash(page)).toContainText("Your address is back");

  // Whoever changed the address knew the password, so it is none any more.
  const signIn = async (given: string) => {
    await visit("/tasks");
    await expect(heading(page, "Sign in")).toBeVisible();
    await field(page, "Email").fill(user.email);
    await field(page, "Password").fill(given);
    return submit(page, "Sign in");
  };
  expect(await signIn(password)).toBe(400);
  await visit("/forgot-password");
  await field(page, "Email").fill(user.email);
  await button(page, "Send reset link").click();
  await visit(await mailedLink(server, user.email, "Reset your password", "/reset-password"));
  await field(page, "New password").fill("a new one after the undo");
  await field(page, "Confirm new password").fill("a new one after the undo");
  await button(page, "Change password").click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await signIn("a new one after the undo");
  await expect(heading(page, "Tasks")).toBeVisible();
});

test("links that are no good", async ({ page, visit }) => {
  for (const place of ["/verify-email", "/confirm-email", "/undo-email", "/reset-password"]) {
    expect((await visit(`${place}?token=gone`))?.status()).toBe(404);
    await expect(heading(page, "This link no longer works")).toBeVisible();
  }
});
