import type { Request } from "express";
import { forwardedAddress, plainAddress } from "~/core/network-address";

/**
 * The network address of a request's sender. This is the socket's address, unless that belongs to a proxy which
 * `TRUST_PROXY` names; then it is the last address in `X-Forwarded-For` that does not belong to such a proxy. If a
 * proxy gives something else than an address (`unknown`, a name), the proxy's own address is used, because a client
 * could have made that text up. `Forwarded` (RFC 7239) is not read: proxies set one of the two headers, so the client
 * could forge the other one.
 *
 * @param trusts - whether an address belongs to a proxy that `TRUST_PROXY` names
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
