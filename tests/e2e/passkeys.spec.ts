import type { Page } from "@playwright/test";
import { db } from "~/core/data/db.server";
import { withTotp } from "../support/factors";
import { expectAccessible } from "./support/axe";
import { expect, password, test } from "./support/fixtures";
import { button, expectPlace, field, flash, heading } from "./support/pages";

/* Passkeys, with Chromium's own virtual authenticator. */

const javascript = { tag: "@javascript" };

/** Gives the page an authenticator that says yes to everything; the answer takes it away again. */
async function plugIn(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verifiesUser: (isUserVerified: boolean) =>
      devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    takeAway: () => devtools.send("WebAuthn.disable"),
  };
}

const item = (page: Page, name: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });

async function addPasskey(page: Page, name: string) {
  await page.goto("/settings/passkeys");
  await page.getByRole("link", { name: "Add a passkey" }).click();
  await expect(heading(page, "Add a passkey")).toBeVisible();
  await field(page, "Name").fill(name);
  await button(page, "Create passkey").click();
  await expect(flash(page)).toHaveText("Passkey added");
}

async function signOut(page: Page) {
  await button(page, "Sign out").click();
  await expect(heading(page, "Sign in")).toBeVisible();
}

test("added, used to sign in, renamed, removed and then refused", javascript, async ({ page, visit, user }) => {
  const authenticator = await plugIn(page);
  await visit("/settings/passkeys");
  await expect(page.getByText("You have none yet.")).toBeVisible();
  await addPasskey(page, "Laptop");
  await expect(item(page, "Laptop")).toContainText("Not used yet");

  await signOut(page);
  await visit("/login?redirect=%2Fsettings%2Fpasskeys");
  await button(page, "Sign in with a passkey").click();
  await expectPlace(page, "/settings/passkeys");
  await expect(item(page, "Laptop")).toContainText("Last used");

  await page.getByRole("link", { name: "Laptop" }).click();
  await field(page, "Name").fill("Work laptop");
  await button(page, "Save name").click();
  await expect(flash(page)).toHaveText("Passkey renamed");
  await page.getByRole("link", { name: "Work laptop" }).click();
  await button(page, "Remove passkey").click();
  await expect(flash(page)).toHaveText("Passkey removed");
  await expect(page.getByText("You have none yet.")).toBeVisible();

  await signOut(page);
  await button(page, "Sign in with a passkey").click();
  await expect(page.getByRole("alert")).toHaveText("That passkey does not open an account here. Sign in another way.");
  await field(page, "Email").fill(user.email);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
  await expect(heading(page, "Passkeys").or(heading(page, "Tasks"))).toBeVisible();
  await authenticator.takeAway();
});

test("'Keep me signed in' counts for a passkey too", javascript, async ({ page, visit, user: _user, context }) => {
  const authenticator = await plugIn(page);
  await addPasskey(page, "Laptop");
  await signOut(page);
  await visit("/login");
  await page.getByRole("checkbox", { name: "Keep me signed in" }).check();
  await button(page, "Sign in with a passkey").click();
  await expect(heading(page, "Tasks")).toBeVisible();
  const session = (await context.cookies()).find(({ name }) => name === "holdfast_session");
  expect(session?.expires).toBeGreaterThan(Date.now() / 1000 + 6 * 86_400);
  await authenticator.takeAway();
});

test(
  "as the second step after the password, and alone with two-step sign-in on",
  javascript,
  async ({ page, visit, user }) => {
    const authenticator = await plugIn(page);
    await addPasskey(page, "Laptop");
    await withTotp(user);
    await signOut(page);
    await visit("/login?redirect=%2Fdashboard");
    await field(page, "Email").fill(user.email);
    await field(page, "Password").fill(password);
    await button(page, "Sign in").click();
    await expect(heading(page, "Second step")).toBeVisible();
    await button(page, "Use a passkey").click();
    await expectPlace(page, "/dashboard");

    await signOut(page);
    await visit("/login");
    await button(page, "Sign in with a passkey").click();
    await expect(heading(page, "Tasks")).toBeVisible();
    await authenticator.takeAway();
  },
);

test(
  "the same device is not added twice, and nothing happens without the owner",
  javascript,
  async ({ page, visit, user }) => {
    const authenticator = await plugIn(page);
    await addPasskey(page, "Laptop");
    await visit("/settings/passkeys/add");
    await button(page, "Create passkey").click();
    await expect(page.getByRole("alert")).toHaveText("This device has a passkey for your account already.");
    expect(await db().passkey.count({ where: { userId: user.id } })).toBe(1);

    await signOut(page);
    await visit("/login");
    await authenticator.verifiesUser(false);
    await button(page, "Sign in with a passkey").click();
    await expect(page.getByRole("alert")).toHaveText("No passkey was used. Try again when you are ready.");
    await expectPlace(page, "/login");
    await authenticator.takeAway();
  },
);

test("the pages are accessible", javascript, async ({ page, visit, user: _user }) => {
  const authenticator = await plugIn(page);
  await addPasskey(page, "Laptop");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Laptop" }).click();
  await expect(heading(page, "Laptop")).toBeVisible();
  await expectAccessible(page);
  await visit("/settings/passkeys/add");
  await expect(button(page, "Create passkey")).toBeVisible();
  await expectAccessible(page);
  await authenticator.takeAway();
});

test("passkeys are listed, renamed and removed with or without JavaScript", async ({ page, visit, user }) => {
  const id = `spec-${user.id}`;
  const passkey = { id, userId: user.id, name: "Phone", publicKey: "AA", counter: 0, transports: "", backedUp: true };
  await db().passkey.create({ data: { ...passkey, createdAt: new Date() } });
  await visit("/settings");
  await page.getByRole("link", { name: "Passkeys" }).click();
  await expect(item(page, "Phone")).toContainText("Synced between devices");
  await page.getByRole("link", { name: "Phone" }).click();
  await field(page, "Name").fill("My phone");
  await button(page, "Save name").click();
  await expect(flash(page)).toHaveText("Passkey renamed");
  await db().session.updateMany({ where: { userId: user.id }, data: { provenAt: new Date(0) } });
  await page.getByRole("link", { name: "My phone" }).click();
  await button(page, "Remove passkey").click();
  await expect(heading(page, "Is it you?")).toBeVisible();
  expect(await db().passkey.count({ where: { id } })).toBe(1);
  await field(page, "Password").fill(password);
  await button(page, "Go on").click();
  await expect(flash(page)).toHaveText("Passkey removed");
  expect(await db().passkey.count({ where: { id } })).toBe(0);
});

test("without JavaScript the pages say so, and the password is there", async ({
  page,
  visit,
  user: _user,
  javaScriptEnabled,
  context,
}) => {
  await visit("/settings/passkeys/add");
  // Found by its element: Playwright does not look for text in there.
  const says = page.locator("noscript p");
  if (javaScriptEnabled) await expect(button(page, "Create passkey")).toBeVisible();
  else {
    await expect(says).toBeVisible();
    await expect(says).toContainText("Adding or using a passkey needs JavaScript");
    await expect(button(page, "Create passkey")).toHaveCount(0);
  }
  await context.clearCookies();
  await visit("/login");
  await expect(field(page, "Password")).toBeVisible();
  await expect(button(page, "Sign in with a passkey")).toHaveCount(javaScriptEnabled ? 1 : 0);
  if (!javaScriptEnabled) {
    await expect(says).toBeVisible();
    await expect(says).toHaveText("Signing in with a passkey needs JavaScript.");
  }
});
