import { expect, it } from "vitest";
import { accountTable } from "../../../cli/account-table";

const line = {
  id: "1",
  email: "ada@example.com",
  name: "Ada",
  isActive: true,
  isVerified: false,
  hasSecondFactor: false,
  createdAt: new Date("2026-01-02T03:04:05Z"),
  lastSeenAt: null,
};

it("has a head, a line an account, and columns under each other", () => {
  const other = { ...line, email: "g@example.com", isActive: false, lastSeenAt: new Date("2026-02-03T04:05:06Z") };
  expect(accountTable([line, other]).split("\n")).toEqual([
    "Email            Name  Active  Verified  Two-step  Created            Last seen",
    "ada@example.com  Ada   yes     no        no        2026-01-02 03:04Z  never",
    "g@example.com    Ada   no      no        no        2026-01-02 03:04Z  2026-02-03 04:05Z",
  ]);
});

it("a name cannot steer the terminal", () => {
  const table = accountTable([{ ...line, name: "\u001b[2J\u009b1mA\r\nB\u202e" }]);
  expect(table.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  expect(table.split("\n")).toHaveLength(2);
});
