import { expect, it } from "vitest";
import { forwardedAddress, plainAddress, subscriberOf } from "~/core/network-address";

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:c000:0201", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["2001:0DB8:0001:0002:ffff::", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001:db8:1::", "2001:db8:1:0"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["1::2:3:4:5:6:7", "1:0:2:3"],
  ["", ""],
])("%s belongs to %s", (address, subscriber) => expect(subscriberOf(address)).toBe(subscriber));

it("two networks beside each other are two", () => {
  expect(subscriberOf("2001:db8:1:2::1")).not.toBe(subscriberOf("2001:db8:1:3::1"));
});

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:0201", "192.0.2.1"],
  ["::ffff:0:c000:201", "::ffff:0:c000:201"],
  ["2001:0DB8:0:0:0:0:0:0001", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["192.0.2.01", null],
  ["192.0.2", null],
  ["192.0.2.1:80", null],
  ["localhost", null],
  ["", null],
])("%s is written %s", (text, address) => expect(plainAddress(text)).toBe(address));

it.each([
  ["203.0.113.2", "203.0.113.2"],
  [" 203.0.113.2:40001 ", "203.0.113.2"],
  ['"203.0.113.2:40001"', "203.0.113.2"],
  ["'203.0.113.2'", "203.0.113.2"],
  ["203.0.113.2:_port", "203.0.113.2"],
  ["[2001:db8::1]:443", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ['"[2001:DB8:0::1]:443"', "2001:db8::1"],
  ["2001:db8::1", "2001:db8::1"],
  ["[fe80::1%eth0]:1", "fe80::1"],
  ["fe80::1%25eth0", "fe80::1"],
  ["[::ffff:203.0.113.2]:40001", "203.0.113.2"],
  ["::ffff:cb00:7102", "203.0.113.2"],
  ["unknown", null],
  ["_hidden", null],
  ["_hidden:80", null],
  ["example.com", null],
  ["for=203.0.113.2", null],
  ["203.0.113.2:1:2", null],
  ["[203.0.113.2", null],
  ["[]:80", null],
  ["", null],
])("the entry %s tells of %s", (entry, address) => expect(forwardedAddress(entry)).toBe(address));
