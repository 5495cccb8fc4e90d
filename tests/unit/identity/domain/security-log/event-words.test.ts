import { expect, it } from "vitest";
import { installFeatures } from "~/features.server";
import { eventInWords, fromNewAddress, fromNewDevice } from "~/identity/domain/security-log/event-words.server";

installFeatures();

it.each([
  ["sign_in", null, "Signed in", null],
  ["sign_in", fromNewDevice, "Signed in from a new device", null],
  ["sign_in", fromNewAddress, "Signed in from a new address", null],
  ["sign_in", "My key", "Signed in", "My key"],
  ["sign_in", `My key, ${fromNewDevice}`, "Signed in from a new device", "My key"],
  ["sign_in_failed", null, "Wrong password at sign-in", null],
  ["passkey_added", "a key from a new device", "Passkey added", "a key from a new device"],
  ["of_a_later_version", null, "of_a_later_version", null],
  ["constructor", null, "constructor", null],
])("%s with detail %j is %j, %j", (kind, detail, event, left) => {
  expect(eventInWords(kind, detail)).toEqual({ event, detail: left });
});
