import { z } from "zod";
import { named } from "~/api/operation-parts";

/** The answers of the account operations, for the description. The tests check every answer against these. */

const user = z.strictObject({
  id: z.uuid().meta({ examples: ["4b45a3f0-5c3b-4d0e-9a55-0c2f1d7f1f6e"] }),
  email: z.string().meta({ examples: ["ann@example.com"] }),
  name: z.string().meta({ examples: ["Ann"] }),
  is_active: z.boolean().meta({ examples: [true] }),
  created_at: z.iso.datetime().meta({ examples: ["2026-11-21T16:23:05.153Z"] }),
});

const tokens = {
  access_token: z.string().meta({ description: "A JWT, for `Authorization: Bearer`.", examples: ["eyJhbGciOi…"] }),
  token_type: z.literal("bearer"),
  expires_in: z.int().meta({ description: "Seconds.", examples: [900] }),
  refresh_token: z.string().meta({ description: "Works once.", examples: ["TTRYk0u7…"] }),
  refresh_expires_in: z.int().meta({ description: "Seconds.", examples: [604_800] }),
};

const { access_token, token_type } = tokens;

const v1Tokens = z.strictObject({
  access_token,
  refresh_token: z.string().meta({ description: "The same until the session ends.", examples: ["TTRYk0u7…"] }),
  token_type,
});

const message = (example: string) => z.strictObject({ message: z.string().meta({ examples: [example] }) });

export const userAnswer = named("User", user);
export const tokensAnswer = named("Tokens", z.strictObject({ ...tokens, user }));
export const refreshAnswer = named("RefreshedTokens", z.strictObject(tokens));
export const messageAnswer = named("Message", message("Successfully logged out"));
export const mailSentAnswer = named("MailSent", message("Check your email to confirm your address, then sign in"));

/** `/api/v1` */
export const v1TokensAnswer = named("V1Tokens", v1Tokens);

/** `/api/v1` */
export const v1SessionAnswer = named("V1Session", z.strictObject({ user, tokens: v1Tokens }));

/** `POST /api/auth/signin` */
export const signinAnswer = named("V1Token", z.strictObject({ token: access_token }));
