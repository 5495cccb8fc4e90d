import { isIPv4, isIPv6 } from "node:net";

/** Network addresses as text, in one spelling each, so that a client is always counted under the same address. */

/**
 * The one spelling of an IPv4 or IPv6 address: without a zone, IPv6 shortened and in lower case (RFC 5952), and an
 * IPv4-mapped address (`::ffff:203.0.113.2`, in any notation) as IPv4.
 *
 * @returns null if the text is not an address
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
 * The address in one entry of `X-Forwarded-For`. Some proxies add a port, brackets, quotes or a zone:
 * `203.0.113.2:40001`, `[2001:db8::1]:443`.
 *
 * @returns null if there is none: `unknown`, a name, an obfuscated identifier (RFC 7239, section 6)
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
 * The part of an address that one subscriber holds: all of an IPv4 address, the first 64 bits of an IPv6 address.
 *
 * @param address - text that is not an address is returned unchanged
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
