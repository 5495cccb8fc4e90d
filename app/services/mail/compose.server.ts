import { db, isMissingRow } from "~/core/data/db.server";
import { findDefinition, type Composed, type DueMail } from "./mail-kind.server";

/**
 * Makes a message out of its row at the moment of sending. Here, and not in the form that asked, accounts are looked up
 * and links made: so the form does the same for every address, and no secret waits in the database. A second attempt
 * makes a second link and leaves the first one good, since nobody knows whether it has arrived.
 */

/** More take-backs than ever happen while one message is made. */
const mostTries = 3;

/**
 * The message of a row.
 *
 * @returns null if there is nothing to be said (any more): no such account, or it is disabled, or has moved on
 */
export async function compose(mail: DueMail): Promise<Composed | null> {
  const definition = findDefinition(mail.kind);
  const detail = definition?.detail.safeParse(parsed(mail.detail ?? "{}"));
  if (!definition || !detail?.success) return null;
  for (let tries = 1; ; tries++) {
    try {
      const made = await definition.compose(mail, detail.data);
      return made && "subject" in made ? { message: made, toNobody: false } : made;
    } catch (error) {
      if (!isMissingRow(error)) throw error;
      // Something has changed since it was read: the message is made of what is so now, if it is wanted still.
      if (!(await db().outboxMessage.count({ where: { id: mail.id } }))) return null;
      if (tries >= mostTries) throw error;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
