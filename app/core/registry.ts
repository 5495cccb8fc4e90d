/**
 * What features contribute to a service that must not import them. `app/features.server.ts` installs all of it at the
 * start. Reading it earlier throws, because an empty list would look like a valid one.
 */
export function registry<Entry>(of: string) {
  let installed: readonly Entry[] | undefined;
  return {
    /** Installs the entries of all features, in this order. */
    install(entries: readonly Entry[]): void {
      installed = entries;
    },
    /** @throws {Error} if nothing was installed, which is a programming error */
    all(): readonly Entry[] {
      if (!installed) throw new Error(`No feature has registered ${of}: installFeatures() comes first`);
      return installed;
    },
  };
}
