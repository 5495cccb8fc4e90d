import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { codeOf, secretOf, withTotp, wrongCodeOf } from "../support/factors";
import { expectAccessible } from "./support/axe";
import { expect, password, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, submit } from "./support/pages";

const codes = (page: Page) => page.getByRole("region", { name: "Your backup codes" }).getByRole("listitem");

async function firstStep(page: Page, email: string) {
  await field(page, "Email").fill(email);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
  await expect(heading(page, "Second step")).toBeVisible();
  await expect(field(page, "Code")).toBeFocused();
}

test("set up, with the codes as a file; then sign in with the app", async ({ page, visit, user }) => {
  await visit("/settings");
  await page.getByRole("link", { name: "Two-step sign-in" }).click();
  await expect(heading(page, "Two-step sign-in")).toBeVisible();
  await button(page, "Set up").click();
  await expect(heading(page, "Set up two-step sign-in")).toBeVisible();
  await expect(page.getByRole("img", { name: /^QR code/ })).toBeVisible();
  const secret = await secretOf(user);
  await expect(page.locator("code")).toHaveText(secret.match(/.{4}/g)?.join(" ") ?? "");

  await field(page, "Code").fill(wrongCodeOf(secret));
  expect(await submit(page, "Turn on")).toBe(400);
  await expectFault(page, "Code", "That code is not right, or it was used before. Wait for the next one.");
  await expect(field(page, "Code")).toHaveValue("");

  await field(page, "Code").fill(codeOf(secret));
  expect(await submit(page, "Turn on")).toBe(200);
  await expect(heading(page, "Two-step sign-in is on")).toBeVisible();
  await expect(codes(page)).toHaveCount(10);
  const shown = await codes(page).allTextContents();
  const download = page.waitForEvent("download");
  await button(page, "Download").click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("holdfast-backup-codes.txt");
  const text = await readFile(await file.path(), "utf8");
  for (const code of shown) expect(text).toContain(code);

  await visit("/settings/two-step/setup");
  await expect(heading(page, "Two-step sign-in is on")).toBeVisible();
  await expect(codes(page)).toHaveCount(0);

  await button(page, "Sign out").click();
  await visit("/login?redirect=%2Fdashboard");
  await firstStep(page, user.email);
  await field(page, "Code").fill(wrongCodeOf(secret));
  expect(await submit(page, "Sign in")).toBe(400);
  await expectFault(page, "Code", "That code is not right, or it was used before. Wait for the next one.");
  await expect(field(page, "Code")).toHaveValue("");
  await field(page, "Code").fill(codeOf(secret, 1));
  await button(page, "Sign in").click();
  await expectPlace(page, "/dashboard");
  await expect(heading(page, "Dashboard")).toBeVisible();
});

test("sign in with a backup code", async ({ page, visit, newAccount }) => {
  const user = await newAccount();
  const { backupCodes } = await withTotp(user);
  await visit("/login");
  await firstStep(page, user.email);
  await page.getByText("Use a backup code").click();
  await field(page, "Backup code").fill("abcde-fghij");
  expect(await submit(page, "Sign in with a backup code")).toBe(400);
  await expectFault(page, "Backup code", "That backup code is not right, or it was used before.");
  await field(page, "Backup code").fill(backupCodes[0] ?? "");
  await button(page, "Sign in with a backup code").click();
  await expect(flash(page)).toHaveText("That backup code is used up. You have 9 more");
  await expect(heading(page, "Tasks")).toBeVisible();
});

test("new backup codes, and turning it off", async ({ page, visit, user }) => {
  const { secret } = await withTotp(user);
  await visit("/settings/two-step");
  await expect(page.getByText("You have 10 of 10 left.")).toBeVisible();
  expect(await submit(page, "Make new backup codes")).toBe(200);
  await expect(codes(page)).toHaveCount(10);

  await field(page, "Password").fill("not the password");
  await field(page, "Code").fill(codeOf(secret));
  expect(await submit(page, "Turn off")).toBe(400);
  await expectFault(page, "Password", "Password is not right");
  await field(page, "Password").fill(password);
  await field(page, "Code").fill(codeOf(secret));
  await button(page, "Turn off").click();
  await expect(flash(page)).toHaveText("Two-step sign-in is off");
  await expect(button(page, "Set up")).toBeVisible();
});

test("the pages are accessible", { tag: "@javascript" }, async ({ page, visit, user, newBrowser }) => {
  await visit("/settings/two-step");
  await expectAccessible(page);
  await button(page, "Set up").click();
  await expect(heading(page, "Set up two-step sign-in")).toBeVisible();
  await expectAccessible(page);
  await field(page, "Code").fill(codeOf(await secretOf(user)));
  await submit(page, "Turn on");
  await expect(codes(page)).toHaveCount(10);
  await expectAccessible(page);
  await visit("/settings/two-step");
  await expectAccessible(page);
  const other = await newBrowser();
  await visit(new URL("/login", page.url()).href, other);
  await firstStep(other, user.email);
  await other.getByText("Use a backup code").click();
  await expectAccessible(other);
});
