/**
 * A value that is installed when the process starts, because the code that uses it must not import the code that
 * provides it. `app/features.server.ts` installs them all.
 *
 * @param missing - the message of the error for a use before that
 */
export function slot<Value>(missing: string) {
  let installed: Readonly<{ value: Value }> | undefined;
  return {
    install: (value: Value): void => {
      installed = { value };
    },
    /** @throws {Error} if nothing was installed, which is a mistake in the program and not in a request */
    get: (): Value => {
      if (!installed) throw new Error(missing);
      return installed.value;
    },
  };
}

/**
 * What features contribute to a service, in the order of the features. Reading it before anything is installed throws,
 * because an empty list would look like a valid one.
 */
export function registry<Entry>(of: string) {
  const { install, get } = slot<readonly Entry[]>(`No feature has registered ${of}: installFeatures() comes first`);
  return { install, all: get };
}
