import { day, expect, test } from "./support/fixtures";
import { button, expectFault, field, heading, submit } from "./support/pages";

test("a token is made, shown once, used and revoked", async ({
  page,
  visit,
  user: _user,
  request,
  javaScriptEnabled,
}) => {
  await visit("/settings");
  await page.getByRole("link", { name: "API tokens" }).click();
  // The settings have a field of that name too.
  await expect(page.getByRole("heading", { level: 1, name: "API tokens" })).toBeVisible();
  await field(page, "Name").fill("Backup script");
  await page.getByLabel("Add, change and delete tasks").check();
  await page.getByLabel("Expires").selectOption("In 7 days");
  await button(page, "Make token").click();

  const shown = page.getByText(/^holdfast_pat_\w{46}$/);
  await expect(shown).toBeVisible();
  // Its form is gone; the keyboard goes on from what came in its place.
  if (javaScriptEnabled) await expect(page.getByRole("heading", { name: "Your new token" })).toBeFocused();
  const headers = { Authorization: `Bearer ${(await shown.textContent()) ?? ""}` };
  expect((await request.post("/api/tasks", { headers, data: { title: "By a script" } })).status()).toBe(201);
  expect((await request.get("/api/auth/me", { headers })).status()).toBe(403);

  await page.getByRole("link", { name: "Done" }).click();
  await expect(shown).toHaveCount(0);
  const token = page.getByRole("listitem").filter({ hasText: "Backup script" });
  await expect(token).toContainText("Read tasks; Add, change and delete tasks");
  await expect(token).toContainText("Last used");
  await button(page, "Revoke Backup script").click();
  await expect(page.getByRole("status")).toHaveText("Token revoked");
  if (javaScriptEnabled) await expect(heading(page, "API tokens")).toBeFocused();
  await expect(token).toHaveCount(0);
  expect((await request.get("/api/tasks", { headers })).status()).toBe(401);
});

test("what is refused is kept in the form", async ({ page, visit, user: _user }) => {
  await visit("/settings/tokens");
  await field(page, "Name").fill("Nothing allowed");
  await page.getByLabel("Read tasks").uncheck();
  await page.getByLabel("Expires").selectOption("date");
  expect(await submit(page, "Make token")).toBe(400);
  await expectFault(page, "Read tasks", "Choose at least one thing that the token may do");
  await expectFault(page, "Last day", "Enter the day");
  await expect(field(page, "Name")).toHaveValue("Nothing allowed");
  await expect(field(page, "Read tasks")).not.toBeChecked();

  await page.getByLabel("Read the account").check();
  await field(page, "Expires").selectOption("In 30 days");
  await field(page, "Last day").fill(day(3));
  expect(await submit(page, "Make token")).toBe(400);
  await expectFault(page, "Expires", "Choose “At the end of the day below”, or leave the last day empty");
  await expect(field(page, "Last day")).toHaveValue(day(3));
  await field(page, "Expires").selectOption("date");
  await button(page, "Make token").click();
  await expect(page.getByText(/^holdfast_pat_/)).toBeVisible();
});
