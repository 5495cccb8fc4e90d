import type { Page } from "@playwright/test";
import { withTotp } from "../support/factors";
import { expect, password, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function changePassword(page: Page, current: string, next: string, again = next) {
  await field(page, "Current password").fill(current);
  await field(page, "New password").fill(next);
  await field(page, "Confirm new password").fill(again);
}

async function expectSignedOut(page: Page) {
  await page.goto("/tasks");
  await expect(heading(page, "Sign in")).toBeVisible();
}

async function expectSignedIn(page: Page) {
  await page.goto("/tasks");
  await expect(heading(page, "Tasks")).toBeVisible();
}

test("the profile's name", async ({ page, visit, user }) => {
  await visit("/settings");
  await expect(section(page, "Profile")).toContainText(user.email);
  await field(page, "Name").fill("  Grace Hopper ");
  await button(page, "Save profile").click();
  await expect(flash(page)).toHaveText("Profile saved");
  await visit("/settings");
  await expect(field(page, "Name")).toHaveValue("Grace Hopper");

  await field(page, "Name").fill("n".repeat(101));
  expect(await submit(page, "Save profile")).toBe(400);
  await expectFault(page, "Name", "Name must be at most 100 characters");
  await expect(field(page, "Name")).toHaveValue("n".repeat(101));
  await expect(field(page, "Current password")).not.toHaveAttribute("aria-invalid");

  await field(page, "Name").fill("");
  expect(await submit(page, "Save profile")).toBe(400);
  await expectFault(page, "Name", "Enter a name");
});

test("a new password ends every other session and is the one that works", async ({
  page,
  visit,
  user,
  signIn,
  newBrowser,
}) => {
  const other = await newBrowser();
  await signIn({ user, into: other.context() });
  await expectSignedIn(other);

  await visit("/settings");
  await changePassword(page, password, "a new one, quite long");
  await button(page, "Change password").click();
  await expect(flash(page)).toHaveText("Password changed. Your other sessions are signed out");
  await expect(field(page, "Current password")).toHaveValue("");
  await expect(field(page, "New password")).toHaveValue("");
  await expectSignedIn(page);
  await expectSignedOut(other);

  await field(other, "Email").fill(user.email);
  await field(other, "Password").fill(password);
  expect(await submit(other, "Sign in")).toBe(400);
  await expect(other.getByRole("alert")).toHaveText("Invalid email or password");
  await field(other, "Password").fill("a new one, quite long");
  await button(other, "Sign in").click();
  await expect(heading(other, "Tasks")).toBeVisible();
});

test("what can be wrong with a change of password", async ({ page, visit, user: _user }) => {
  await visit("/settings");
  await changePassword(page, "not the password", "a new one, quite long");
  expect(await submit(page, "Change password")).toBe(400);
  await expectFault(page, "Current password", "Current password is not right");

  await changePassword(page, password, "a new one, quite long", "another one, quite long");
  expect(await submit(page, "Change password")).toBe(400);
  await expectFault(page, "Confirm new password", "Passwords do not match");

  await changePassword(page, password, "short");
  expect(await submit(page, "Change password")).toBe(400);
  await expectFault(page, "New password", "Password must be at least 8 characters");
  for (const label of ["Current password", "New password", "Confirm new password"])
    await expect(field(page, label), label).toHaveValue("");
  await expect(field(page, "Name")).not.toHaveAttribute("aria-invalid");

  expect(await submit(page, "Change password")).toBe(400);
  await expectFault(page, "Current password", "Enter your current password");
});

test("what is on, and how much there is of it", async ({ page, visit, user }) => {
  const entry = (name: string) =>
    section(page, "Security and data")
      .getByRole("listitem")
      .filter({ has: page.getByRole("link", { name, exact: true }) });
  await visit("/settings");
  await expect(entry("Two-step sign-in")).toContainText("Off");
  for (const name of ["Passkeys", "API tokens"]) await expect(entry(name), name).toContainText("None");
  await withTotp(user);
  await visit("/settings");
  await expect(entry("Two-step sign-in")).toContainText("On");
});

test("the list of sessions, and the end of one of them", async ({ page, visit, user, signIn, newBrowser }) => {
  const [phone, desk] = [await newBrowser(), await newBrowser()];
  await signIn({ user, into: phone.context(), userAgent: iphone });
  await signIn({ user, into: desk.context(), userAgent: firefox });
  await expectSignedIn(phone);

  await visit("/settings");
  const sessions = section(page, "Sessions").getByRole("listitem");
  await expect(sessions).toHaveCount(3);
  await expect(sessions.first()).toContainText("This one");
  await expect(sessions.first().getByRole("button")).toHaveCount(0);
  await expect(sessions.filter({ hasText: "Firefox on Linux" })).toContainText("192.0.2.1");

  await button(page, "Sign out Safari on iPhone").click();
  await expect(flash(page)).toHaveText("Session signed out");
  await expect(sessions).toHaveCount(2);
  await expectSignedOut(phone);
  await expectSignedIn(desk);
  await expectSignedIn(page);
});

test("the end of all other sessions", async ({ page, visit, user, signIn, newBrowser }) => {
  const [phone, desk] = [await newBrowser(), await newBrowser()];
  await signIn({ user, into: phone.context(), userAgent: iphone });
  await signIn({ user, into: desk.context(), userAgent: firefox, remembered: true });
  await visit("/settings");
  await button(page, "Sign out other sessions").click();
  await expect(flash(page)).toHaveText("Other sessions signed out");
  await expect(section(page, "Sessions").getByRole("listitem")).toHaveCount(1);
  await expectSignedOut(phone);
  await expectSignedOut(desk);
  await expectSignedIn(page);
});

test("another user's sessions are out of reach", async ({ page, visit, user: _user, signIn, newBrowser }) => {
  const stranger = await newBrowser();
  await signIn({ into: stranger.context(), userAgent: iphone });
  await visit("/settings");
  await expect(section(page, "Sessions").getByRole("listitem")).toHaveCount(1);
  await button(page, "Sign out other sessions").click();
  await expect(flash(page)).toHaveText("Other sessions signed out");
  await expectPlace(page, "/settings");
  await expectSignedIn(stranger);
});
