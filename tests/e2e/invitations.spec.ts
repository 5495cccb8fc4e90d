import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { expect, password, test } from "./support/fixtures";
import { button, expectFault, field, heading, submit } from "./support/pages";

test.use({ serverEnv: { SIGNUP: "invite" } });

test("an invitation leads to an account, through errors too, and is good once", async ({ page, visit, newBrowser }) => {
  const link = `/signup?invitation=${await makeToken("invitation", { email: "invited@example.com" })}`;
  await visit(link);
  await expect(field(page, "Email")).toHaveValue("invited@example.com");
  await field(page, "Password").fill("short");
  expect(await submit(page, "Create account")).toBe(400);
  await expectFault(page, "Password", "Password must be at least 8 characters");

  await field(page, "Email").fill("other@example.com");
  for (const label of ["Password", "Confirm password"]) await field(page, label).fill(password);
  expect(await submit(page, "Create account")).toBe(400);
  await expect(page.getByRole("alert")).toHaveText("This invitation is for another email address.");
  await field(page, "Email").fill("invited@example.com");
  for (const label of ["Password", "Confirm password"]) await field(page, label).fill(password);
  await button(page, "Create account").click();
  await expect(heading(page, "Tasks")).toBeVisible();

  const other = await newBrowser();
  expect((await visit(link, other))?.status()).toBe(403);
  await expect(heading(other, "Sign-up is by invitation")).toBeVisible();
});

test("the last invitation of two people at one form: the slower one is told", async ({ page, visit, newBrowser }) => {
  const link = `/signup?invitation=${await makeToken("invitation", {})}`;
  const [one, two] = [page, await newBrowser()];
  for (const [browser, email] of [
    [one, "quick@example.com"],
    [two, "slow@example.com"],
  ] as const) {
    await visit(link, browser);
    await field(browser, "Email").fill(email);
    for (const label of ["Password", "Confirm password"]) await field(browser, label).fill(password);
  }
  await button(one, "Create account").click();
  await expect(heading(one, "Tasks")).toBeVisible();
  expect(await submit(two, "Create account")).toBe(400);
  await expect(heading(two, "Sign-up is by invitation")).toBeVisible();
});

test("without an invitation there is a page that says so", async ({ page, visit, problems }) => {
  problems.allow(/403/);
  await visit("/");
  await page.getByRole("link", { name: "Create account", exact: true }).click();
  await expect(heading(page, "Sign-up is by invitation")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Sign in", exact: true }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
});
