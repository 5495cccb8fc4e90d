/**
 * What features contribute to a service that must not know them. `app/features.server.ts` installs all of it at the start;
 * a service that asks before that is told so, for an empty list would look like one that is right.
 */
export function registry<Entry>(of: string) {
  let installed: readonly Entry[] | undefined;
  return {
    /** Installs the entries of every feature, in their order. */
    install(entries: readonly Entry[]): void {
      installed = entries;
    },
    /** @throws {Error} if nothing was installed: a fault of the program, never of a request */
    all(): readonly Entry[] {
      if (!installed) throw new Error(`No feature has registered ${of}: installFeatures() comes first`);
      return installed;
    },
  };
}
