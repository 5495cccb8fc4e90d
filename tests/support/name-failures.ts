/**
 * Vitest ends without a word when something in its own process, where the set-up of a run happens, emits an `error` that
 * nobody listens to: a program that cannot be started, a connection that breaks. From here on it is said.
 */
export function nameFailures(): void {
  process.on("uncaughtExceptionMonitor", (error) => console.error("The tests ended with an error:", error));
}
