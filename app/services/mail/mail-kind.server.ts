import type { z } from "zod";
import { registry } from "~/core/registry";
import type { Message } from "./message";

/** Every kind of mail, with the details its text needs. A feature adds its own kinds to this interface. */
export interface MailDetails {
  /** Replaces notices beyond ten mails in an hour. The detail is how many were replaced. */
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
  /** The number of attempts to send it, including this one. */
  attempts: number;
}>;

/** A message. `toNobody` means that it is composed but not delivered, so that the work takes the same time. */
export type Composed = Readonly<{ message: Message; toNobody: boolean }>;

export type MailDefinition<Detail> = Readonly<{
  /** The schema of the details that are stored with the message, as JSON. */
  detail: z.ZodType<Detail>;
  /** How long the message is worth sending, in milliseconds. The default is a day. */
  worthSendingFor?: number;
  /**
   * Set for mail that an account's owner did not ask for. It is sent to confirmed addresses only: a person who signs up
   * with somebody else's address must not be able to cause mail to it. Beyond ten mails in an hour, notices are summed
   * up. "by itself" is for a notice that could not be made up for later, and is never summed up.
   */
  notice?: "summed up" | "by itself";
  /**
   * Composes the message when it is sent.
   *
   * @returns null if there is no longer anything to send
   * @throws an error for which `isMissingRow` is true, if something has changed since it was read
   */
  compose: (mail: DueMail, detail: Detail) => Promise<Message | Composed | null> | Message | Composed | null;
}>;

/** The mail kinds of one feature. */
export type MailDefinitions = Readonly<{ [Kind in MailKind]?: MailDefinition<MailDetails[Kind]> }>;

export const mailKinds = registry<MailDefinitions>("kinds of mail");

/** The definition of a stored kind; undefined if no feature has it (any more). */
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
