import { z } from "zod";
import { priorities } from "~/tasks/domain/task";

/** What `/api` answers, for its description. The tests hold every answer against these. */

const uuid = z.uuid().meta({ examples: ["4b45a3f0-5c3b-4d0e-9a55-0c2f1d7f1f6e"] });
const moment = z.iso.datetime().meta({ examples: ["2026-11-21T16:23:05.153Z"] });

export const taskAnswer = z.strictObject({
  id: z
    .int()
    .min(1)
    .meta({ description: "Counted per user from 1, never given out twice.", examples: [1] }),
  user_id: uuid,
  title: z.string().meta({ examples: ["Buy milk"] }),
  description: z
    .string()
    .nullable()
    .meta({ examples: ["Two litres"] }),
  completed: z.boolean().meta({ examples: [false] }),
  completed_at: moment.nullable().meta({ examples: [null] }),
  priority: z.enum(priorities).meta({ examples: ["medium"] }),
  due_date: z.iso
    .date()
    .nullable()
    .meta({ examples: ["2026-12-01"] }),
  created_at: moment,
  updated_at: moment,
});

export const userAnswer = z.strictObject({
  id: uuid,
  email: z.string().meta({ examples: ["ann@example.com"] }),
  name: z.string().meta({ examples: ["Ann"] }),
  is_active: z.boolean().meta({ examples: [true] }),
  created_at: moment,
});

const tokens = {
  access_token: z.string().meta({ description: "A JWT, for `Authorization: Bearer`.", examples: ["eyJhbGciOi…"] }),
  token_type: z.literal("bearer"),
  expires_in: z.int().meta({ description: "Seconds.", examples: [900] }),
  refresh_token: z.string().meta({ description: "Works once.", examples: ["TTRYk0u7…"] }),
  refresh_expires_in: z.int().meta({ description: "Seconds.", examples: [604_800] }),
};

export const tokensAnswer = z.strictObject({ ...tokens, user: userAnswer });

export const refreshAnswer = z.strictObject(tokens);

/** `/api/v1` */
export const todoAnswer = z.strictObject({
  id: taskAnswer.shape.id,
  title: taskAnswer.shape.title,
  completed: taskAnswer.shape.completed,
  user_id: uuid,
});

const { access_token, token_type } = tokens;

/** `/api/v1` */
export const v1TokensAnswer = z.strictObject({
  access_token,
  refresh_token: z.string().meta({ description: "The same until the session ends.", examples: ["TTRYk0u7…"] }),
  token_type,
});

/** `/api/v1` */
export const v1SessionAnswer = z.strictObject({ user: userAnswer, tokens: v1TokensAnswer });

/** `POST /api/auth/signin` */
export const signinAnswer = z.strictObject({ token: access_token });

export const messageAnswer = z.strictObject({ message: z.string().meta({ examples: ["Successfully logged out"] }) });

export const mailSentAnswer = z.strictObject({
  message: z.string().meta({ examples: ["Check your email to confirm your address, then sign in"] }),
});

export const problemAnswer = z.strictObject({
  type: z.string().meta({
    description: "`about:blank` where the status tells all there is; else the address of a page that explains it.",
    examples: ["about:blank"],
  }),
  title: z.string().meta({ examples: ["Invalid input"] }),
  status: z.int().meta({ examples: [422] }),
  detail: z.string().meta({ description: "A sentence for people.", examples: ["The input is not valid. See errors."] }),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().meta({ description: "RFC 6901: the place in the body.", examples: ["/title"] }),
        detail: z.string().meta({ examples: ["Enter a title"] }),
      }),
    )
    .optional()
    .meta({ description: "With 422: every fault." }),
});
