import { ownVariables } from "~/core/settings/settings-table";

/**
 * Takes every setting of the machine, or of a `.env` beside the tests, out of this process's environment, and puts those
 * of the test there: the program's own functions run in this process, and what it starts inherits from it. Empty counts as
 * not set, and keeps the file out as well. To be called before the program reads its settings, at their first use.
 */
export function setEnvironment(settings: Readonly<Record<string, string>>): void {
  Object.assign(process.env, Object.fromEntries(ownVariables.map((name) => [name, ""])), settings);
}
