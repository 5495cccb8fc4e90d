import { z } from "zod";
import { parseStored } from "~/core/stored";
import { isVisible, storedText, visibleText } from "~/core/text";

/** The forms of passkeys, and the answers of browsers (WebAuthn, "JSON" forms of the credentials). */

/** The browser's answer to a passkey request, as JSON. The ceremony that it belongs to checks its contents. */
const response = z.string({ error: "The browser sent no passkey" }).max(20_000, "That is larger than any passkey");

const optionalName = storedText("Name", 100).refine((value) => value === "" || isVisible(value), "Enter a name");

/** `/settings/passkeys/add`. If the name is empty, the device's name is used. */
export const addPasskeyForm = z.object({ name: optionalName.default(""), response });

/** `/settings/passkeys/{id}` */
export const renamePasskeyForm = z.object({
  name: z.string("Enter a name").pipe(visibleText("Name", 100, "Enter a name")),
});

/** `/login` */
export const passkeySignInForm = z.object({ response, remember: z.boolean().default(false) });

/** `/login/second-factor` */
export const passkeyAnswerForm = z.object({ response });

const base64url = z.string().regex(/^[\w-]+$/);
const shared = { id: base64url, rawId: base64url, type: z.literal("public-key"), clientExtensionResults: z.object({}) };

const registrationResponse = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .nullish()
      .transform((transports) => transports ?? []),
  }),
});

const authenticationResponse = z.object({
  ...shared,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    // Some browsers send "" or null for a security key that stores no user handle.
    userHandle: z
      .union([base64url, z.literal(""), z.null()])
      .optional()
      .transform((handle) => handle || undefined),
  }),
});

export type RegistrationAnswer = z.output<typeof registrationResponse>;
export type AuthenticationAnswer = z.output<typeof authenticationResponse>;

/** Reads the answer to a registration; null if it is malformed. */
export const readRegistration = (json: string): RegistrationAnswer | null => parseStored(registrationResponse, json);

/** Reads the answer to a sign-in; null if it is malformed. */
export const readAuthentication = (json: string): AuthenticationAnswer | null =>
  parseStored(authenticationResponse, json);
