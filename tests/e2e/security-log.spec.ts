import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { db } from "~/core/data/db.server";
import { record } from "~/services/audit/audit.server";
import { expect, password, test, type User } from "./support/fixtures";
import { button, field, heading, submit } from "./support/pages";

const items = (page: Page) => page.getByRole("main").getByRole("listitem");

async function addEvents(user: User, count: number) {
  for (let number = 1; number <= count; number++)
    await record({ kind: "passkey_renamed", userId: user.id, detail: `key ${number}` });
}

test("what happened is listed in words, failures before the sign-in too", async ({ page, visit, newAccount }) => {
  const user = await newAccount();
  await visit("/login");
  await field(page, "Email").fill(user.email);
  await field(page, "Password").fill("not the password");
  expect(await submit(page, "Sign in")).toBe(400);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
  await expect(heading(page, "Tasks")).toBeVisible();

  await visit("/settings");
  await page.getByRole("link", { name: "Security log", exact: true }).click();
  await expect(heading(page, "Security log")).toBeVisible();
  await expect(items(page)).toHaveCount(2);
  await expect(items(page).first()).toContainText("Signed in");
  await expect(items(page).first()).toContainText("Chrome on Windows");
  await expect(items(page).last()).toContainText("Wrong password at sign-in");
});

test("pages of fifty, forwards and back", async ({ page, visit, user }) => {
  await addEvents(user, 112);
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  await visit("/settings/log");
  await expect(items(page)).toHaveCount(50);
  await expect(link("Newer")).toHaveCount(0);
  const newest = await items(page).first().textContent();
  const seen = await items(page).allTextContents();
  for (const expected of [50, 12]) {
    const last = seen.at(-1) ?? "";
    await link("Older").click();
    await expect(items(page).filter({ hasText: last })).toHaveCount(0);
    await expect(items(page)).toHaveCount(expected);
    seen.push(...(await items(page).allTextContents()));
  }
  expect(new Set(seen).size).toBe(112);
  await expect(link("Older")).toHaveCount(0);
  await link("Newer").click();
  await expect(items(page)).toHaveCount(50);
  await link("Newer").click();
  await expect(items(page).first()).toHaveText(newest ?? "");
  await expect(link("Newer")).toHaveCount(0);

  // An address that was cut or made up shows the newest.
  await visit("/settings/log?before=nonsense");
  await expect(items(page).first()).toHaveText(newest ?? "");
});

test("the log as CSV, with the question in between when the proof is old", async ({ page, visit, user }) => {
  await addEvents(user, 2);
  await db().session.updateMany({ where: { userId: user.id }, data: { provenAt: new Date(0) } });
  await visit("/settings/log");
  expect(await submit(page, "Download as CSV")).toBe(403);
  await field(page, "Password").fill(password);
  const [file] = await Promise.all([page.waitForEvent("download"), button(page, "Go on").click()]);
  const text = await readFile(await file.path(), "utf8");
  expect(text.split("\r\n")[0]).toBe('\uFEFF"time","event","detail","device","address","user_agent"');
  expect(text).toContain('"Passkey renamed","key 2"');
});

test("nothing of anybody else", async ({ page, visit, user: _user, newAccount }) => {
  await addEvents(await newAccount(), 3);
  await visit("/settings/log");
  await expect(heading(page, "Security log")).toBeVisible();
  await expect(items(page)).toHaveCount(0);
  await expect(page.getByText("Nothing has happened yet.")).toBeVisible();
});
