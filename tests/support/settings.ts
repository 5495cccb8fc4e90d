import { vi } from "vitest";

/**
 * Runs something with other settings. Modules that `run` imports dynamically are loaded again and read the given
 * environment; modules that the test has imported stay as they are.
 */
export async function withSettings<Result>(
  settings: Record<string, string>,
  run: () => Promise<Result>,
): Promise<Result> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
  try {
    return await run();
  } finally {
    vi.unstubAllEnvs();
    vi.resetModules();
  }
}

/** Like `withSettings`, with the database open. */
export function withSettingsAndDatabase<Result>(
  settings: Record<string, string>,
  run: () => Promise<Result>,
): Promise<Result> {
  return withSettings(settings, async () => {
    const { openDatabase, closeDatabase } = await import("~/core/data/db.server");
    const { installFeatures } = await import("~/features.server");
    installFeatures();
    await openDatabase();
    try {
      return await run();
    } finally {
      await closeDatabase();
    }
  });
}
