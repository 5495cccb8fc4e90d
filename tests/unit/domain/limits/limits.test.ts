import { expect, it } from "vitest";
import { subscriberOf } from "~/domain/limits/limits.server";

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
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
