import type { BrowserContext, ConsoleMessage, Response, WebError } from "@playwright/test";

/** Chromium reports an answer of 4xx as an error too; which of them are in order is judged by the answer itself. */
const refusedRequest = /^Failed to load resource: the server responded with a status of 4\d\d/;

/**
 * The framework reports a request that it gave up itself, because a newer one took its place (two quick clicks on one
 * task, a link followed while the page before was on its way): nothing was lost, the newer answer holds everything.
 */
const replacedRequest = /^AbortError: /;

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

  /** Every problem so far, allowed or not. */
  all(): readonly string[] {
    return this.#found;
  }

  /** The problems so far that no one allowed. */
  unexpected(): string[] {
    return this.#found.filter((problem) => !this.#allowed.some((pattern) => pattern.test(problem)));
  }

  /**
   * Looks at every page of a context, from now on.
   *
   * @returns what ends it
   */
  watch(context: BrowserContext): () => void {
    const onConsole = (message: ConsoleMessage) => this.#noteConsole(message);
    const onError = (error: WebError) => this.#found.push(`uncaught: ${error.error().message}`);
    const onAnswer = (response: Response) => this.#noteAnswer(response);
    context.on("console", onConsole).on("weberror", onError).on("response", onAnswer);
    return () => void context.off("console", onConsole).off("weberror", onError).off("response", onAnswer);
  }

  #noteConsole(message: ConsoleMessage): void {
    const text = message.text();
    if (message.type() === "error" && !refusedRequest.test(text) && !replacedRequest.test(text))
      this.#found.push(`console.error: ${text}`);
  }

  #noteAnswer(response: Response): void {
    const status = response.status();
    const isPageOrData = ["document", "fetch", "xhr"].includes(response.request().resourceType());
    if (status >= 500 || (status >= 400 && !isPageOrData))
      this.#found.push(`${status} for ${response.request().method()} ${response.url()}`);
  }
}
