import { isIPv4, isIPv6 } from "node:net";

/** Network addresses as text: one spelling for each, so that one client is one client. */

/**
 * The one spelling of an IPv4 or IPv6 address: no zone, IPv6 shortened and in lower case (RFC 5952), and an IPv4 address
 * that reached an IPv6 socket (`::ffff:203.0.113.2`, in whatever form) as IPv4.
 *
 * @returns null for what is no address
 */
export function plainAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const [address = ""] = text.split("%");
  if (!isIPv6(address)) return null;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high = "", low = ""] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  if (!high) return short;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join(".");
}

/**
 * The address in one entry of `X-Forwarded-For`, where some proxies write a port, brackets, quotes or a zone as well:
 * `203.0.113.2:40001`, `[2001:db8::1]:443`.
 *
 * @returns null for what holds none: `unknown`, a name, an obfuscated identifier (RFC 7239, section 6)
 */
export function forwardedAddress(entry: string): string | null {
  const bare = entry
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .trim();
  const [, inBrackets, withPort] = /^(?:\[([^\]]*)\](?::[\w-]*)?|([^:]*):[\w-]*)$/.exec(bare) ?? [];
  return plainAddress((inBrackets ?? withPort ?? bare).trim());
}

/**
 * The part of an address that one subscriber holds: all of an IPv4 address, the first 64 bits of an IPv6 one.
 *
 * @param address - what is none stands for itself
 */
export function subscriberOf(address: string): string {
  const plain = plainAddress(address);
  if (plain === null) return address;
  if (isIPv4(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head.split(":").filter(Boolean);
  if (tail !== undefined) {
    const after = tail.split(":").filter(Boolean);
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return groups.slice(0, 4).join(":");
}
