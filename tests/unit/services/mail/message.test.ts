import { describe, expect, it } from "vitest";
import { toHtml, toText, type Message } from "~/services/mail/message";
import * as words from "~/identity/domain/mail/words";

const origin = "https://tasks.example.com";
const happening = { device: "Firefox on Linux", address: "192.0.2.7", at: "2026-11-21T19:20:00.000Z" };
const link = `${origin}/reset-password?token=${"a".repeat(43)}&x=1`;

const messages: Record<string, Message> = {
  confirmAddress: words.confirmAddress(link),
  alreadyRegistered: words.alreadyRegistered(`${origin}/login`, link),
  addressTaken: words.addressTaken(link),
  resetPassword: words.resetPassword(link, happening),
  confirmNewAddress: words.confirmNewAddress(link),
  addressChanged: words.addressChanged("new@example.com", link),
  newDevice: words.newDevice(happening, link),
  passwordChanged: words.passwordChanged(happening, link),
  factorChanged: words.factorChanged("The passkey {name} was added.", "Phone", happening, link),
  moreHappened: words.moreHappened(12, `${origin}/settings/log`, link),
  accountDeleted: words.accountDeleted(),
};

describe.each(Object.entries(messages))("%s", (name, message) => {
  const text = toText(message, origin);
  const html = toHtml(message, origin);

  it("says the same in both forms, links included", () => {
    if (name !== "accountDeleted") {
      expect(text.split("\n")).toContain(link);
      expect(html).toContain(`href="${link.replaceAll("&", "&amp;")}"`);
    }
    expect(html).toContain(`<title>${message.subject}</title>`);
    expect(html).toContain("tasks.example.com");
    expect(text).toContain("tasks.example.com");
  });

  it("has lines that read well, and a subject on one line", () => {
    for (const line of text.split("\n")) if (!line.startsWith("http")) expect(line.length).toBeLessThanOrEqual(76);
    expect(message.subject).toMatch(/^[A-Z][^\n!]{5,60}$/);
  });

  it("loads nothing: no image, script or style sheet", () => {
    expect(html).not.toMatch(/<(img|script|link|iframe)|url\(|@import/i);
  });
});

describe("what comes from outside", () => {
  const evil = `"><script>alert('x')</script>&amp;`;
  it("is escaped in HTML", () => {
    const html = toHtml(words.newDevice({ ...happening, device: evil }, evil), origin);
    expect(html).not.toContain("<script>");
    expect(html).toContain("“&#39;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;”");
  });
  it("is in quotes in plain text", () => {
    expect(toText(words.addressChanged(evil, link), origin)).toContain("“'><script>alert('x')</script>&amp;”");
  });
});

it("tells when, in words and in UTC", () => {
  expect(toText(words.passwordChanged(happening, link), origin)).toContain("21 November 2026 at 19:20 UTC");
});
