import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, password, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

const newEmail = () => `${randomUUID()}@example.com`;

async function fillIn(page: Page, values: { name?: string; email?: string; password?: string; confirm?: string }) {
  const { name = "", email = newEmail(), password: chosen = password, confirm = chosen } = values;
  await field(page, "Name (optional)").fill(name);
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(chosen);
  await field(page, "Confirm password").fill(confirm);
}

test("a new account is signed in and sees its empty list", async ({ page, visit }) => {
  await visit("/signup");
  await expect(heading(page, "Create your account")).toBeVisible();
  await fillIn(page, { name: "Ada Lovelace" });
  await button(page, "Create account").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  await expectPlace(page, "/tasks");
  await expect(flash(page)).toHaveText("Welcome. Your account is ready");
  await expect(button(page, "Sign out")).toBeVisible();
  await visit("/settings");
  await expect(field(page, "Name")).toHaveValue("Ada Lovelace");
  await expect(flash(page)).toBeEmpty();
});

test("the name may be left out: it is the e-mail's local part then", async ({ page, visit }) => {
  const email = newEmail();
  await visit("/signup");
  await fillIn(page, { email: `  ${email.toUpperCase()} ` });
  await button(page, "Create account").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  await visit("/settings");
  await expect(field(page, "Name")).toHaveValue(email.split("@")[0] ?? "");
  await expect(page.getByText(email)).toBeVisible();
});

test("passwords that differ", async ({ page, visit }) => {
  await visit("/signup");
  const email = newEmail();
  await fillIn(page, { name: "Ada", email, confirm: `${password}.` });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Confirm password", "Passwords do not match");
  await expect(field(page, "Name (optional)")).toHaveValue("Ada");
  await expect(field(page, "Email")).toHaveValue(email);
  await expect(field(page, "Email")).not.toHaveAttribute("aria-invalid");
  await expect(heading(page, "Create your account")).toBeVisible();
});

test("a password that is too short", async ({ page, visit }) => {
  await visit("/signup");
  await fillIn(page, { password: "7 chars" });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Password", "Password must be at least 8 characters");
  await expect(field(page, "Confirm password")).not.toHaveAttribute("aria-invalid");
});

test("a password that everybody tries", async ({ page, visit }) => {
  await visit("/signup");
  await fillIn(page, { password: "Password123" });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(
    page,
    "Password",
    "This password is on the list of common ones. Choose another, for example a few words in a row.",
  );
});

test("an address that has an account, in whatever case", async ({ page, visit, newAccount }) => {
  const { email } = await newAccount();
  await visit("/signup");
  await fillIn(page, { email: email.toUpperCase() });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Email", "Email already registered");
  await expect(field(page, "Email")).toHaveValue(email.toUpperCase());
});

test("every fault is shown at once, with a summary", async ({ page, visit }) => {
  await visit("/signup");
  await fillIn(page, { email: "nobody", password: "short", confirm: "other" });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Email", "Enter an email address such as name@example.com");
  await expectFault(page, "Password", "Password must be at least 8 characters");
  await expectFault(page, "Confirm password", "Passwords do not match");
  await expect(page.getByRole("alert")).toHaveText("3 fields need another look.");
});

test("a form that is sent empty says what is missing", async ({ page, visit }) => {
  await visit("/signup");
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Email", "Enter your email address");
  await expectFault(page, "Password", "Password must be at least 8 characters");
});

test("a password is never sent back into the page", async ({ page, visit }) => {
  await visit("/signup");
  await fillIn(page, { confirm: "something else" });
  let body = "";
  // Read on its way: a browser forgets what it was sent once it has gone on to another page.
  await page.route("**", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const response = await route.fetch({ maxRedirects: 0 });
    body = await response.text();
    await route.fulfill({ response, body });
  });
  await button(page, "Create account").click();
  await expectFault(page, "Confirm password", "Passwords do not match");
  expect(body).toContain("Passwords do not match");
  expect(body).not.toContain(password);
  expect(body).not.toContain("something else");
  await expect(field(page, "Password")).toHaveValue("");
  await expect(field(page, "Confirm password")).toHaveValue("");
});

test("a fault that is put right lets the form through", async ({ page, visit }) => {
  await visit("/signup");
  await fillIn(page, { confirm: "something else" });
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Confirm password", "Passwords do not match");
  await field(page, "Password").fill(password);
  await field(page, "Confirm password").fill(password);
  await button(page, "Create account").click();
  await expect(heading(page, "Tasks")).toBeVisible();
});

test("?redirect= is followed on this site and refused elsewhere", async ({ page, visit, context }) => {
  await visit("/signup?redirect=%2Fsettings%3Fx%3D1");
  await fillIn(page, {});
  await button(page, "Create account").click();
  await expectPlace(page, "/settings?x=1");

  await context.clearCookies();
  await visit("/signup?redirect=https%3A%2F%2Fother.example%2F");
  await fillIn(page, {});
  await button(page, "Create account").click();
  await expectPlace(page, "/tasks");
});

test("the link to sign in keeps the redirect", async ({ page, visit }) => {
  await visit("/signup?redirect=%2Fdashboard");
  await page.getByRole("link", { name: "Sign in", exact: true }).click();
  await expectPlace(page, "/login?redirect=%2Fdashboard");
  await expect(heading(page, "Sign in")).toBeVisible();
});

test("whoever is signed in goes to the tasks", async ({ page, visit, user: _user }) => {
  await visit("/signup");
  await expectPlace(page, "/tasks");
});
