import { expect, type Locator, type Page } from "@playwright/test";

/**
 * Short names for elements that many specs use. They are found only by accessible names, so that a change of the design
 * breaks no spec.
 */

/** The row of a task in a list. */
export const row = (page: Page, title: string): Locator =>
  page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });

/** The titles in the list, in the order of the list. */
export const titles = (page: Page): Locator =>
  page
    .getByRole("main")
    .getByRole("listitem")
    .getByRole("link", { name: /^(?!Delete )/ });

export const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

export const field = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true });

/** Presses a button that sends a form, and returns the status of the answer. */
export async function submit(page: Page, name: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await button(page, name).click();
  return (await answer).status();
}

/** Expects that a field is marked as faulty, and that its message is visible and belongs to the field. */
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

/** Path and query of the page's address. */
function place(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

export async function expectPlace(page: Page, path: string): Promise<void> {
  await expect.poll(() => place(page)).toBe(path);
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
