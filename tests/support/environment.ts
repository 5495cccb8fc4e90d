import { ownVariables } from "~/core/settings/settings-table";

/**
 * Removes all settings of the machine and of a `.env` file from this process's environment, and sets the test's. The
 * program's own functions run in this process, and child processes inherit the environment. An empty variable counts as
 * not set, and also takes precedence over the file. Call this before the program first reads its settings.
 */
export function setEnvironment(settings: Readonly<Record<string, string>>): void {
  Object.assign(process.env, Object.fromEntries(ownVariables.map((name) => [name, ""])), settings);
}
