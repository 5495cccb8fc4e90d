import type { Download, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { db } from "~/core/data/db.server";
import { expect, password, test } from "./support/fixtures";
import { button, expectPlace, field, flash, heading, submit } from "./support/pages";

const stale = (userId: string) =>
  db().session.updateMany({ where: { userId }, data: { provenAt: new Date(Date.now() - 11 * 60 * 1000) } });

/** Presses a button, and answers the file that comes of it. */
async function downloadBy(page: Page, name: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
  return { name: file.suggestedFilename(), text: await textOf(file) };
}

const textOf = async (file: Download) => readFile(await file.path(), "utf8");

test("everything as JSON and the tasks as CSV", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Feed the cat", { title: "=1+1", priority: "high" });
  await visit("/settings");
  await page.getByRole("link", { name: "Your data", exact: true }).click();
  await expect(heading(page, "Your data")).toBeVisible();

  const json = await downloadBy(page, "Download as JSON");
  expect(json.name).toMatch(/^holdfast-\d{4}-\d\d-\d\d\.json$/);
  expect(JSON.parse(json.text)).toMatchObject({
    account: { email: user.email },
    tasks: [
      { id: 1, title: "Feed the cat" },
      { id: 2, title: "=1+1" },
    ],
    sessions: [{ kind: "browser" }],
  });

  const csv = await downloadBy(page, "Download tasks as CSV");
  expect(csv.name).toMatch(/^holdfast-tasks-\d{4}-\d\d-\d\d\.csv$/);
  expect(csv.text).toContain('"2","\'=1+1"');
  await expect(heading(page, "Your data")).toBeVisible();
});

test("with an old proof the password is asked for, and the file comes with the right one", async ({
  page,
  visit,
  user,
  addTasks,
}) => {
  await addTasks(user, "Feed the cat");
  await stale(user.id);
  await visit("/settings/data");
  expect(await submit(page, "Download tasks as CSV")).toBe(403);
  await expect(heading(page, "Is it you?")).toBeVisible();
  await field(page, "Password").fill("not the password");
  expect(await submit(page, "Go on")).toBe(400);
  await expect(page.getByText("Password is not right", { exact: true })).toBeVisible();

  await field(page, "Password").fill(password);
  expect((await downloadBy(page, "Go on")).text).toContain("Feed the cat");
  await page.getByRole("link", { name: "Go back", exact: true }).click();
  await expect(heading(page, "Your data")).toBeVisible();
  expect((await downloadBy(page, "Download as JSON")).text).toContain("Feed the cat");
});

test("the account is deleted after a page that says what is lost", async ({
  page,
  visit,
  user,
  addTasks,
  signIn,
  newBrowser,
}) => {
  const other = await newBrowser();
  await signIn({ user, into: other.context() });
  await addTasks(user, "one", "two", "three");
  await visit("/settings");
  await page.getByRole("link", { name: "Delete account", exact: true }).click();
  await expect(heading(page, "Delete your account?")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(user.email);
  await expect(page.getByRole("listitem").filter({ hasText: "3 tasks" })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "2 sessions" })).toBeVisible();

  await page.getByRole("link", { name: "Keep it", exact: true }).click();
  await expect(heading(page, "Settings")).toBeVisible();
  await visit("/settings/delete");
  for (const [given, message] of [
    ["", "Enter your password"],
    ["not the password", "Password is not right"],
  ] as const) {
    await field(page, "Password").fill(given);
    expect(await submit(page, "Delete my account")).toBe(400);
    await expect(page.getByText(message, { exact: true })).toBeVisible();
  }
  expect(await db().task.count({ where: { userId: user.id } })).toBe(3);

  await field(page, "Password").fill(password);
  await button(page, "Delete my account").click();
  await expect(flash(page)).toHaveText("Your account and everything in it is deleted");
  await expect(button(page, "Sign out")).toHaveCount(0);
  expect(await page.context().cookies()).toEqual([]);
  for (const browser of [page, other]) {
    await browser.goto("/tasks");
    await expectPlace(browser, "/login?redirect=%2Ftasks");
  }
  await field(page, "Email").fill(user.email);
  await field(page, "Password").fill(password);
  expect(await submit(page, "Sign in")).toBe(400);
});
