/**
 * Prints errors that would end Vitest silently: an `error` event without a listener in its own process, where the
 * set-up of a run happens, for example from a program that cannot be started or a connection that breaks.
 */
export function nameFailures(): void {
  process.on("uncaughtExceptionMonitor", (error) => console.error("The tests ended with an error:", error));
}
