import { db, isMissingRow } from "~/core/data/db.server";
import { parseStored, type StoredValue } from "~/core/stored";
import { findDefinition, type Composed, type DueMail, type MailDefinition } from "./mail-kind.server";

/**
 * Composes a message from its row when it is sent. Accounts are looked up and links created here, and not in the form's
 * request: so the form does the same work for every address, and the database stores no secret in advance. A second
 * attempt creates a second link and keeps the first one valid, because the first message may have arrived.
 */

/** An account is never taken back this often while one message is composed. */
const mostTries = 3;

/**
 * Composes the message of a row.
 *
 * @returns null if there is no longer anything to send: the account does not exist, is disabled, or no longer needs the
 * message
 */
export async function compose(mail: DueMail): Promise<Composed | null> {
  const definition = findDefinition(mail.kind);
  return definition ? composeBy(definition, mail) : null;
}

async function composeBy<Detail extends StoredValue>(
  definition: MailDefinition<Detail>,
  mail: DueMail,
): Promise<Composed | null> {
  const detail = parseStored(definition.detail, mail.detail ?? "{}");
  if (detail === null) return null;
  for (let tries = 1; ; tries++) {
    try {
      const made = await definition.compose(mail, detail);
      return made && "subject" in made ? { message: made, toNobody: false } : made;
    } catch (error) {
      if (!isMissingRow(error)) throw error;
      // Something changed since it was read: compose again from the current state, if the row still exists.
      if (!(await db().outboxMessage.count({ where: { id: mail.id } }))) return null;
      if (tries >= mostTries) throw error;
    }
  }
}
