import { randomUUID } from "node:crypto";
import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Config } from "~/core/settings/config.server";

/** Delivers a message: to a mail server (RFC 5321), or into a file for trying Holdfast out. */

export type ReadyMail = Readonly<{
  /**
   * The same at every attempt, so that a mail client can recognise a message that arrived twice (RFC 5322, section
   * 3.6.4).
   */
  id: string;
  kind: string;
  to: string;
  /** The message is composed and the mail server contacted as for any other, but nothing is delivered. */
  toNobody: boolean;
  subject: string;
  text: string;
  html: string;
}>;

/** Sends one message. Returns the path of the file that it was written to, if any. */
export type Send = (mail: ReadyMail) => Promise<string | undefined>;

/** A mail server that does not answer is given up before the message is due again. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 };

/** The library must not fetch files or URLs that a message names. */
const closed = { disableFileAccess: true, disableUrlAccess: true };

/**
 * Creates the function that sends mail with these settings.
 *
 * @returns a function that rejects if the mail server does not accept the message
 */
export function createSender({ mail, mailFrom }: Pick<Config, "mail" | "mailFrom">): Send {
  if (mail.via === "smtp") return smtp(mail.url, mailFrom);
  if (mail.via === "files") return files(mail.folder, mailFrom);
  return () => Promise.reject(new Error("There is no mail on this server"));
}

function envelope({ id, to, subject, text, html }: ReadyMail, from: string) {
  const host = /@([^@<>\s]+)>?$/.exec(from)?.[1] ?? "localhost";
  return {
    from,
    // Passed as an object, because a string would be parsed and could name several recipients.
    to: { name: "", address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${host}>`,
    // Prevents out-of-office replies (RFC 3834, section 5).
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

/** Loaded with the first message, so that a server which sends none saves the memory. */
const loadMailer = () => import("nodemailer");

function smtp(url: string, from: string): Send {
  return async (mail) => {
    const { createTransport } = await loadMailer();
    const transport = createTransport({ ...patience, ...closed, url });
    if (mail.toNobody) {
      await written(mail, from);
      await transport.verify();
    } else await transport.sendMail(envelope(mail, from));
    return undefined;
  };
}

/** The message as sent over the network. */
async function written(mail: ReadyMail, from: string): Promise<Buffer> {
  const { createTransport } = await loadMailer();
  const transport = createTransport({ streamTransport: true, buffer: true, ...closed });
  return (await transport.sendMail(envelope(mail, from))).message as Buffer;
}

/** Writes one `.eml` file per message. Only the account that runs Holdfast can read it, because it contains links. */
function files(folder: string, from: string): Send {
  return async (mail) => {
    const message = await written(mail, from);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const moment = new Date().toISOString().replace(/[:.]/g, "-");
    const file = path.join(folder, `${moment}-${mail.kind}-${mail.id.slice(0, 8)}.eml`);
    // Written under another name first, so that a program which watches the folder sees complete files only.
    const draft = path.join(folder, `.${randomUUID()}`);
    await writeFile(draft, message, { mode: 0o600, flag: "wx" });
    if (mail.toNobody) {
      await unlink(draft);
      return undefined;
    }
    await rename(draft, file);
    return file;
  };
}
