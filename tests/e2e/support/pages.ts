import { expect, type Locator, type Page } from "@playwright/test";

/** Short names for what many specs look at. Only accessible names, so that a spec survives another look. */

/** The row of a task in a list. */
export const row = (page: Page, title: string): Locator =>
  page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });

/** The titles in the list, in their order. */
export const titles = (page: Page): Locator =>
  page
    .getByRole("main")
    .getByRole("listitem")
    .getByRole("link", { name: /^(?!Delete )/ });

export const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

export const field = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true });

/** Presses a button that sends a form, and answers the status that the form came back with. */
export async function submit(page: Page, name: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await button(page, name).click();
  return (await answer).status();
}

/** A field is marked as faulty, and its message is to be seen and belongs to it. */
export async function expectFault(page: Page, label: string, message: string): Promise<void> {
  const faulty = field(page, label);
  await expect(faulty).toHaveAttribute("aria-invalid", "true");
  await expect(faulty).toHaveAccessibleDescription(new RegExp(`${escaped(message)}$`));
  await expect(page.getByText(message, { exact: true })).toBeVisible();
}

export const heading = (page: Page, name: string): Locator =>
  page.getByRole("heading", { level: 1, name, exact: true });

/** The message after an action. */
export const flash = (page: Page): Locator => page.getByRole("status");

/** Path and query of where the page is. */
function place(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

export async function expectPlace(page: Page, path: string): Promise<void> {
  await expect.poll(() => place(page)).toBe(path);
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
