import type { z } from "zod";
import { registry } from "~/core/registry";
import type { Message } from "./message";

/** Every kind of mail, with what its words need to know. A feature adds its own kinds to this interface. */
export interface MailDetails {
  /** In the place of notices beyond ten mails in an hour: how many they were. */
  "more-happened": number;
}

export type MailKind = keyof MailDetails;

/** A row of the outbox that is about to be sent. */
export type DueMail = Readonly<{
  id: string;
  kind: string;
  userId: string | null;
  recipient: string;
  detail: string | null;
  createdAt: Date;
  /** How often sending it was begun, this time included. */
  attempts: number;
}>;

/** A message, and whether it goes to nobody: it was made for the sake of the work alone. */
export type Composed = Readonly<{ message: Message; toNobody: boolean }>;

export type MailDefinition<Detail> = Readonly<{
  /** What is stored with the message, as JSON. */
  detail: z.ZodType<Detail>;
  /** Milliseconds; a day if left out. */
  worthSendingFor?: number;
  /**
   * For what an account's owner is told without having asked. It goes to addresses that were confirmed and to no other:
   * whoever signs up with somebody else's address must not be able to send them anything by what they do there. Beyond ten
   * mails in an hour notices are summed up; one that nobody can be told of later never is.
   */
  notice?: "summed up" | "by itself";
  /**
   * Makes the message at the moment of sending.
   *
   * @returns null if there is nothing to be said (any more)
   * @throws an error that `isMissingRow` knows if something has changed since it was read
   */
  compose: (mail: DueMail, detail: Detail) => Promise<Message | Composed | null> | Message | Composed | null;
}>;

/** The kinds of one feature. */
export type MailDefinitions = Readonly<{ [Kind in MailKind]?: MailDefinition<MailDetails[Kind]> }>;

export const mailKinds = registry<MailDefinitions>("kinds of mail");

/** The definition of a kind that is stored; undefined for one that no feature knows (any more). */
export function findDefinition(kind: string): MailDefinition<never> | undefined {
  for (const kinds of mailKinds.all())
    if (Object.hasOwn(kinds, kind)) return kinds[kind as MailKind] as MailDefinition<never> | undefined;
  return undefined;
}

/** @throws {Error} if no feature has registered the kind */
export function definitionOf(kind: MailKind): MailDefinition<never> {
  const definition = findDefinition(kind);
  if (!definition) throw new Error(`No feature has registered mail of the kind ${kind}`);
  return definition;
}
