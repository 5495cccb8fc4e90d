import type { BrowserContext, ConsoleMessage, Response, WebError } from "@playwright/test";

/**
 * Chromium also reports answers of 4xx on the console. They are ignored here, because `#noteAnswer` checks the answers
 * themselves.
 */
const refusedRequest = /^Failed to load resource: the server responded with a status of 4\d\d/;

/**
 * The framework reports a request that it cancelled itself because a newer request replaced it (two quick clicks on one
 * task, a link followed while another page was loading). Nothing is lost, because the newer answer contains everything.
 */
const replacedRequest = /^AbortError: /;

/**
 * Collects what no page may do in any test: write to `console.error` (where violations of the content security policy
 * and React's warnings appear), throw, answer 5xx, or request a script, style or picture that does not exist.
 */
export class Problems {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  /** Allows a problem that this test provokes. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  /** Every problem so far, allowed or not. */
  all(): readonly string[] {
    return this.#found;
  }

  /** The problems so far that were not allowed. */
  unexpected(): string[] {
    return this.#found.filter((problem) => !this.#allowed.some((pattern) => pattern.test(problem)));
  }

  /**
   * Watches every page of a context from now on.
   *
   * @returns a function that stops watching
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
