import { randomUUID } from "node:crypto";
import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Config } from "~/core/settings/config.server";

/** How a message leaves: to a mail server (RFC 5321), or into a file for whoever tries Holdfast out. */

export type ReadyMail = Readonly<{
  /** The same at every attempt, so that a client can tell a message that arrived twice (RFC 5322, section 3.6.4). */
  id: string;
  kind: string;
  to: string;
  /** It is made and the mail server is greeted as for any other, but it is not handed over: nobody is to get it. */
  toNobody: boolean;
  subject: string;
  text: string;
  html: string;
}>;

/** Sends one message. The answer is the file that it was written to, if it was. */
export type Send = (mail: ReadyMail) => Promise<string | undefined>;

/** A mail server that does not answer is left alone before the message is due again. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 };

/** Nothing in a message may make the library fetch a file or an address. */
const closed = { disableFileAccess: true, disableUrlAccess: true };

/**
 * How mail is sent with these settings.
 *
 * @returns a function that rejects when the mail server does not take the message
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
    // Not as a line to be parsed: an address is one recipient, whatever is in it.
    to: { name: "", address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${host}>`,
    // Out-of-office notes stay away (RFC 3834, section 5).
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

/** The library is loaded with the first message: a server that sends none does not hold it. */
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

/** The message as it would go over the line. */
async function written(mail: ReadyMail, from: string): Promise<Buffer> {
  const { createTransport } = await loadMailer();
  const transport = createTransport({ streamTransport: true, buffer: true, ...closed });
  return (await transport.sendMail(envelope(mail, from))).message as Buffer;
}

/** One `.eml` file a message, readable by the account that runs Holdfast alone: there are links in it. */
function files(folder: string, from: string): Send {
  return async (mail) => {
    const message = await written(mail, from);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const moment = new Date().toISOString().replace(/[:.]/g, "-");
    const file = path.join(folder, `${moment}-${mail.kind}-${mail.id.slice(0, 8)}.eml`);
    // Under another name first: whoever watches the folder sees whole messages only.
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
