import type { Request } from "express";
import { forwardedAddress, plainAddress } from "~/core/network-address";

/**
 * The network address of whoever sent a request: the socket's, unless that is a proxy which `TRUST_PROXY` names; then
 * the last address of `X-Forwarded-For` that no such proxy has. Where a proxy tells of no address (`unknown`, a name) it
 * stands for its client itself: a word that anybody could make up is nobody's address. `Forwarded` (RFC 7239) is not
 * read, for one of the two headers would always be the client's own.
 *
 * @param trusts - is this the address of a proxy that `TRUST_PROXY` names?
 */
export function clientAddress(req: Request, trusts: (address: string) => boolean): string {
  const told = (req.get("x-forwarded-for") ?? "").split(",").filter((entry) => entry.trim() !== "");
  let address = plainAddress(req.socket.remoteAddress ?? "") ?? "";
  while (told.length && trusts(address)) {
    const before = forwardedAddress(told.pop() ?? "");
    if (before === null) break;
    address = before;
  }
  return address;
}
