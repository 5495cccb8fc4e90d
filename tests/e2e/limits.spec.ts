import { expect, password, test } from "./support/fixtures";
import { button, field, heading, submit } from "./support/pages";

test("the eleventh wrong sign-in is told to wait, in the same form", async ({
  page,
  visit,
  newAccount,
  signIn,
  newBrowser,
}) => {
  const user = await newAccount();
  await visit("/login");
  for (let attempt = 1; attempt <= 10; attempt++) {
    await field(page, "Email").fill(user.email);
    await field(page, "Password").fill(`guess ${attempt}`);
    expect(await submit(page, "Sign in"), `attempt ${attempt}`).toBe(400);
    await expect(page.getByRole("alert")).toHaveText("Invalid email or password");
  }

  // Even the right password has to wait now.
  await field(page, "Email").fill(user.email);
  await field(page, "Password").fill(password);
  expect(await submit(page, "Sign in")).toBe(429);
  await expect(page.getByRole("alert")).toHaveText("Too many attempts. Try again in 15 minutes.");
  await expect(heading(page, "Sign in")).toBeVisible();
  await expect(field(page, "Email")).toHaveValue(user.email);

  // Another account from the same place does not.
  const other = await newAccount();
  await field(page, "Email").fill(other.email);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
  await expect(heading(page, "Tasks")).toBeVisible();

  // Nor does a session of the account that is open already.
  const open = await newBrowser();
  await signIn({ user, into: open.context() });
  await visit("/tasks", open);
  await expect(heading(open, "Tasks")).toBeVisible();
});
