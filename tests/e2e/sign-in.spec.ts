import type { BrowserContext, Page } from "@playwright/test";
import { expect, password, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

async function fillIn(page: Page, email: string, given = password) {
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(given);
}

async function sessionCookie(context: BrowserContext) {
  const cookies = await context.cookies();
  return cookies.find(({ name }) => name === "holdfast_session");
}

test("the right password", async ({ page, visit, newAccount, context }) => {
  const { email } = await newAccount();
  await visit("/login");
  await expect(heading(page, "Sign in")).toBeVisible();
  await fillIn(page, email);
  await button(page, "Sign in").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  await expectPlace(page, "/tasks");
  expect(await sessionCookie(context)).toMatchObject({ expires: -1, httpOnly: true, sameSite: "Lax", path: "/" });
});

test("'Keep me signed in' makes a cookie that outlives the browser", async ({ page, visit, newAccount, context }) => {
  const { email } = await newAccount();
  await visit("/login");
  await fillIn(page, email);
  await page.getByRole("checkbox", { name: "Keep me signed in" }).check();
  await button(page, "Sign in").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  const days = ((await sessionCookie(context))?.expires ?? 0) / 86_400 - Date.now() / 86_400_000;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThan(7.1);
});

for (const [what, known] of [
  ["a wrong password", true],
  ["an unknown address", false],
] as const)
  test(what, async ({ page, visit, newAccount, context }) => {
    const { email } = known ? await newAccount() : { email: "nobody@example.com" };
    await visit("/login");
    await fillIn(page, email, "not the password");
    await page.getByRole("checkbox", { name: "Keep me signed in" }).check();
    expect(await submit(page, "Sign in")).toBe(400);
    await expect(page.getByRole("alert")).toHaveText("Invalid email or password");
    await expect(field(page, "Email")).toHaveValue(email);
    await expect(field(page, "Password")).toHaveValue("");
    await expect(page.getByRole("checkbox", { name: "Keep me signed in" })).toBeChecked();
    expect(await sessionCookie(context)).toBeUndefined();
  });

test("an empty form", async ({ page, visit }) => {
  await visit("/login");
  expect(await submit(page, "Sign in")).toBe(400);
  await expectFault(page, "Email", "Enter your email address");
  await expectFault(page, "Password", "Enter your password");
});

test("an anonymous visit of a filtered list comes back to it after signing in", async ({ page, visit, newAccount }) => {
  const { email } = await newAccount();
  await visit("/tasks?status=active&q=a%26b");
  await expectPlace(page, `/login?redirect=${encodeURIComponent("/tasks?status=active&q=a%26b")}`);
  await fillIn(page, email);
  await button(page, "Sign in").click();
  await expectPlace(page, "/tasks?status=active&q=a%26b");
  await expect(field(page, "Search")).toHaveValue("a&b");
});

for (const path of ["/tasks", "/tasks/1", "/tasks/1/delete", "/dashboard", "/settings"])
  test(`${path} sends an anonymous visitor to the sign-in page`, async ({ page, visit }) => {
    await visit(path);
    await expectPlace(page, `/login?redirect=${encodeURIComponent(path)}`);
    await expect(heading(page, "Sign in")).toBeVisible();
  });

for (const target of ["https://other.example/", "//other.example", "/\\other.example", "javascript:alert(1)"])
  test(`?redirect=${target} is not followed`, async ({ page, visit, newAccount }) => {
    const { email } = await newAccount();
    await visit(`/login?redirect=${encodeURIComponent(target)}`);
    await fillIn(page, email);
    await button(page, "Sign in").click();
    await expectPlace(page, "/tasks");
    await expect(heading(page, "Tasks")).toBeVisible();
  });

test("a refused sign-in keeps the redirect", async ({ page, visit, newAccount }) => {
  const { email } = await newAccount();
  await visit("/login?redirect=%2Fdashboard");
  await fillIn(page, email, "not the password");
  expect(await submit(page, "Sign in")).toBe(400);
  await expect(page.getByRole("alert")).toBeVisible();
  await fillIn(page, email);
  await button(page, "Sign in").click();
  await expectPlace(page, "/dashboard");
});

test("whoever is signed in goes to the tasks", async ({ page, visit, user: _user }) => {
  await visit("/login");
  await expectPlace(page, "/tasks");
});

test("signing out ends the session for every copy of the cookie", async ({ page, visit, user: _user, context }) => {
  await visit("/tasks");
  const copy = await sessionCookie(context);
  await button(page, "Sign out").click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await expectPlace(page, "/login");
  await expect(flash(page)).toHaveText("You are signed out");
  await expect(button(page, "Sign out")).toHaveCount(0);
  expect(await sessionCookie(context)).toBeUndefined();

  await context.addCookies(copy ? [copy] : []);
  await visit("/tasks");
  await expectPlace(page, "/login?redirect=%2Ftasks");
});

test("GET /logout changes nothing", async ({ page, visit, user: _user }) => {
  expect((await visit("/logout"))?.status()).toBe(405);
  await expect(heading(page, "That is not how this page is used")).toBeVisible();
  await expect(button(page, "Sign out")).toBeVisible();
  await visit("/dashboard");
  await expectPlace(page, "/dashboard");
});

test("a cookie that cannot be read means signed out, and stays for whoever can read it", async ({
  page,
  visit,
  context,
  baseURL,
}) => {
  await context.addCookies([{ name: "holdfast_session", value: "nonsense", url: baseURL }]);
  await visit("/");
  await expect(page.getByRole("link", { name: "Create account" })).toBeVisible();
  expect((await sessionCookie(context))?.value).toBe("nonsense");
});
