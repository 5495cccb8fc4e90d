import { randomUUID } from "node:crypto";
import { expect, password, test } from "./support/fixtures";
import { mailedLink, mailTo } from "./support/mail";
import { button, expectFault, field, flash, heading, submit } from "./support/pages";

test.use({ serverEnv: { EMAIL_VERIFICATION: "required" } });

test("an account is opened by the link in its mail", async ({ page, visit, server }) => {
  const email = `${randomUUID()}@example.com`;
  await visit("/signup");
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(password);
  await field(page, "Confirm password").fill(password);
  await button(page, "Create account").click();
  await expect(heading(page, "Check your email")).toBeVisible();

  const signIn = async () => {
    await field(page, "Email").fill(email);
    await field(page, "Password").fill(password);
    return submit(page, "Sign in");
  };
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  expect(await signIn()).toBe(400);
  await expect(page.getByRole("alert")).toHaveText("Confirm your email address first. We have sent you a new link.");

  await visit(await mailedLink(server, email, "Confirm your email address", "/verify-email"));
  // The link alone is not enough: whoever made the account may be somebody else.
  await field(page, "Password").fill("not the password of it");
  expect(await submit(page, "Confirm email address")).toBe(400);
  await expectFault(page, "Password", "That is not this account's password. If you did not choose it, reset it.");
  await field(page, "Password").fill(password);
  await button(page, "Confirm email address").click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await expect(flash(page)).toHaveText("Email address confirmed");
  await signIn();
  await expect(heading(page, "Tasks")).toBeVisible();
});

test("somebody who signs up with a known address is told by mail alone", async ({
  page,
  visit,
  server,
  newAccount,
}) => {
  const { email } = await newAccount();
  await visit("/signup");
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(password);
  await field(page, "Confirm password").fill(password);
  await button(page, "Create account").click();
  await expect(heading(page, "Check your email")).toBeVisible();
  await mailTo(server, email, "You already have an account");
});
