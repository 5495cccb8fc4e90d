import type { Client } from "~/core/actor";
import { queueing } from "~/services/mail/outbox.server";
import { describeDevice } from "~/core/device.server";

/**
 * The statements that queue a notice about a changed factor to the account's address, for the transaction of the change
 * (OWASP ASVS 5.0, 6.3.7). Call `mailQueued` after it.
 *
 * @param change - what happened, as a sentence in which `{name}` stands for the name of what was changed
 * @param name - that name, as a person wrote it
 */
export function queueingNotice(
  user: { id: string; email: string },
  change: string,
  client: Client,
  { name, now = new Date() }: { name?: string; now?: Date } = {},
) {
  const detail = {
    change,
    name,
    device: describeDevice(client.userAgent, "cookie"),
    address: client.address,
    at: now.toISOString(),
  };
  return queueing({ kind: "factor-changed", userId: user.id, to: user.email, detail }, now);
}
