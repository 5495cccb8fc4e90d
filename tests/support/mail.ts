import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** Mail as its readers get it: over SMTP, or as files of a server that has no mail server. */

type ReceivedMail = Email & { envelope: { from: string; to: string[] } };

export type TestMailServer = Readonly<{
  /** For `SMTP_URL`. */
  url: string;
  received: ReceivedMail[];
  /** Refuses the next messages with this code. */
  refuseNext: (times: number, code: number) => void;
  /** The number of messages offered, including refused ones. */
  offered: () => number;
  /** The number of connections, with or without a message. */
  greeted: () => number;
  stop: () => Promise<void>;
}>;

/** A real mail server on a free or given port. */
export async function startMailServer(port = 0): Promise<TestMailServer> {
  const received: ReceivedMail[] = [];
  let refusing = { times: 0, code: 451 };
  let offered = 0;
  let greeted = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onConnect(_session, done) {
      greeted += 1;
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        offered += 1;
        if (refusing.times > 0) {
          refusing.times -= 1;
          done(Object.assign(new Error("Come back later"), { responseCode: refusing.code }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        PostalMime.parse(Buffer.concat(chunks)).then(
          (mail) => {
            const from = mailFrom ? mailFrom.address : "";
            received.push({ ...mail, envelope: { from, to: rcptTo.map(({ address }) => address) } });
            done();
          },
          (error: unknown) => done(error instanceof Error ? error : new Error("not to be parsed")),
        );
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: listening } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${listening}`,
    received,
    refuseNext: (times, code) => (refusing = { times, code }),
    offered: () => offered,
    greeted: () => greeted,
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** All messages in a folder of `.eml` files, oldest first. */
export async function mailIn(folder: string): Promise<Email[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(files.map(async (name) => PostalMime.parse(await readFile(path.join(folder, name)))));
}

/** The path and query of the link to a page in a message's plain text. */
export function linkIn(mail: Pick<Email, "text"> | undefined, page: string): string {
  const link = (mail?.text?.match(/https?:\/\/\S+/g) ?? [])
    .map((url) => new URL(url))
    .find((url) => url.pathname === page);
  if (!link) throw new Error(`There is no link to ${page} in: ${mail?.text ?? "no mail"}`);
  return link.pathname + link.search;
}

/** The token in such a link. */
export const tokenIn = (mail: Pick<Email, "text"> | undefined, page: string): string =>
  new URLSearchParams(linkIn(mail, page).split("?")[1]).get("token") ?? "";

/** The last message to an address in a folder of `.eml` files, if there is one yet. */
export async function findMail(folder: string, address: string, subject: string): Promise<Email | undefined> {
  const mails = await mailIn(folder);
  return mails.filter((mail) => mail.subject === subject && mail.to?.[0]?.address === address).at(-1);
}
