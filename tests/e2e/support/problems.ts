import type { BrowserContext, ConsoleMessage, Response } from "@playwright/test";

/** Chromium reports an answer of 4xx as an error too; which of them are in order is judged by the answer itself. */
const refusedRequest = /^Failed to load resource: the server responded with a status of 4\d\d/;

/**
 * What no page may do, whatever the test is about: write to `console.error` (violations of the content security policy
 * and React's complaints arrive there), throw, answer 5xx, or ask for a script, style or picture that is not there.
 */
export class Problems {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  /** Says that a problem is what this test is about. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  /** The problems so far that no one allowed. */
  unexpected(): string[] {
    return this.#found.filter((problem) => !this.#allowed.some((pattern) => pattern.test(problem)));
  }

  /** Looks at every page of a context, from now on. */
  watch(context: BrowserContext): void {
    context.on("console", (message) => this.#noteConsole(message));
    context.on("weberror", (error) => this.#found.push(`uncaught: ${error.error().message}`));
    context.on("response", (response) => this.#noteAnswer(response));
  }

  #noteConsole(message: ConsoleMessage): void {
    if (message.type() === "error" && !refusedRequest.test(message.text()))
      this.#found.push(`console.error: ${message.text()}`);
  }

  #noteAnswer(response: Response): void {
    const status = response.status();
    const isPageOrData = ["document", "fetch", "xhr"].includes(response.request().resourceType());
    if (status >= 500 || (status >= 400 && !isPageOrData))
      this.#found.push(`${status} for ${response.request().method()} ${response.url()}`);
  }
}
