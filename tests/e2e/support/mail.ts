import path from "node:path";
import type { Email } from "postal-mime";
import { findMail, linkIn } from "../../support/mail";
import type { RunningServer } from "../../support/server";
import { expect } from "./fixtures";

/** Waits for a message with this subject to this address, and returns the last one. */
export async function mailTo(server: RunningServer, address: string, subject: string): Promise<Email | undefined> {
  const find = () => findMail(path.join(server.dataDir, "outbox"), address, subject);
  await expect.poll(async () => (await find()) !== undefined, { message: `mail "${subject}"` }).toBe(true);
  return find();
}

/** Path and query of the link to a page in that message. */
export const mailedLink = async (server: RunningServer, address: string, subject: string, page: string) =>
  linkIn(await mailTo(server, address, subject), page);
