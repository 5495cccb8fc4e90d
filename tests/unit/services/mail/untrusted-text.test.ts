import fc from "fast-check";
import LinkifyIt from "linkify-it";
import { describe, expect, it } from "vitest";
import { toHtml, toSubject, toText, type Message } from "~/services/mail/message";
import { quoted, withoutLinks } from "~/services/mail/untrusted-text";
import * as words from "~/identity/domain/mail/words";

const linkify = new LinkifyIt({}, { fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });
const linksIn = (text: string): string[] => (linkify.match(text) ?? []).map(({ url }) => url);

const evil = [
  ...[
    "evil.example.com",
    "https://evil.com/x?y=1#z",
    "HTTP://EVIL.COM",
    "www.evil.com",
    "//evil.com/x",
    "ftp://evil.com",
  ],
  ...["mailto:a@evil.com", "a@evil.com", "evil.com:8080", "user:pw@evil.com", "https:evil.com", "javascript:alert(1)"],
  ...[
    "evil\u2024com",
    "evil\u3002com",
    "evil\uFF0Ecom",
    "evil\uFF61com",
    "evil\uFE52com",
    "ev\u200bil.com",
    "evil.\u2060com",
  ],
  ...[
    "evil.co\u00admuk.com",
    "https\uFF1A//evil.com",
    "a\uFF20evil.com",
    "a\uFE6Bevil.com",
    "xn--bcher-kva.com",
    "bücher.com",
  ],
  ...[
    "пример.рф",
    "例え.テスト.com",
    "evil.com.",
    "(evil.com)",
    "<https://evil.com>",
    "[x](https://evil.com)",
    "evil.com/path",
  ],
  ...[
    "evil\n.com",
    "https:\n//evil.com",
    "a\r\nSubject: b",
    "\u202emoc.live\u202c",
    "\u2066evil.com\u2069",
    "evil.com\u2028x",
  ],
  ...[
    "192.0.2.7",
    "http://192.0.2.7/",
    "http://[2001:db8::1]/",
    "localhost.localdomain.com",
    "...evil.com",
    "evil..com",
  ],
  "https:////evil.com",
];

describe("a name in a message", () => {
  it.each([
    ["Phone", "“Phone”"],
    ["Ann's phone (old)", "“Ann's phone (old)”"],
    ["  two   words ", "“two words”"],
    ["Backup, 19:20", "“Backup, 19:20”"],
    ["https://evil.com/x", "“https: / /evil. com/x”"],
    ["a@evil.com", "“a (at) evil. com”"],
    ["v1.2", "“v1. 2”"],
    ["a\r\nb\u2028c", "“a b c”"],
    ["\u202eabc\u200b\u00ad\u2066", "“abc”"],
    ['say “yes” or "no"', "“say 'yes' or 'no'”"],
    ["x".repeat(100), `“${"x".repeat(39)}…”`],
    ["😀".repeat(41), `“${"😀".repeat(39)}…”`],
    ["", "without a name"],
    ["\u200b \u3164", "without a name"],
    ["Z\u0300\u0301\u0302\u0303\u0304algo", "“Z\u0300\u0301algo”"],
  ])("%j becomes %s", (name, shown) => expect(quoted(name)).toBe(shown));

  it.each(evil)("%j becomes no link", (name) => {
    for (const text of [quoted(name), withoutLinks(`The token ${name} was made.`)]) expect(linksIn(text)).toEqual([]);
  });

  it("is one short line in quotes without a link, whatever it is", () => {
    const piece = fc.oneof(
      fc.constantFrom(...evil),
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(".", ":", "/", "//", "@", "www", "com", "https", "\u200d", "\n", "“", "”", '"'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const shown = quoted(pieces.join(""));
        expect(linksIn(shown)).toEqual([]);
        expect(shown).toMatch(/^(without a name|“[^“”"\n\r\u2028\u2029]+”)$/u);
        expect([...shown].length).toBeLessThanOrEqual(42);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
        expect(quoted(shown.slice(1, -1)).length).toBeLessThanOrEqual(shown.length + 2);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe("the program's own sentences", () => {
  it.each([
    "The link works once, within 10 minutes. If it was not you, do nothing: your password stays as it is.",
    "21 November 2026 at 19:20 UTC",
    "If it was you, there is nothing to do. If it was not, choose a new password now: that signs out every device.",
  ])("come out as they were: %s", (sentence) => expect(withoutLinks(sentence)).toBe(sentence));
});

const origin = "https://tasks.example.com";
const own = `${origin}/somewhere?token=${"a".repeat(43)}`;
const at = "2026-11-21T19:20:00.000Z";

/** Every function that makes a message, called with a stranger's words wherever it takes any. */
const everyMessage: Record<keyof typeof words, (stranger: string) => Message> = {
  confirmAddress: () => words.confirmAddress(own),
  alreadyRegistered: () => words.alreadyRegistered(own, own),
  addressTaken: () => words.addressTaken(own),
  resetPassword: (stranger) => words.resetPassword(own, { device: stranger, address: stranger, at }),
  confirmNewAddress: () => words.confirmNewAddress(own),
  addressChanged: (stranger) => words.addressChanged(stranger, own),
  newDevice: (stranger) => words.newDevice({ device: stranger, address: stranger, at }, own),
  passwordChanged: (stranger) => words.passwordChanged({ device: stranger, address: stranger, at }, own),
  factorChanged: (stranger) =>
    words.factorChanged(
      `The token {name} was made. ${stranger}`,
      stranger,
      { device: stranger, address: stranger, at },
      own,
    ),
  accountDeleted: () => words.accountDeleted(),
  moreHappened: () => words.moreHappened(12, own, own),
};

it("every kind of message is looked at", () => {
  expect(Object.keys(everyMessage).sort()).toEqual(Object.keys(words).sort());
});

describe.each(Object.entries(everyMessage))("the message %s", (name, make) => {
  it.each(evil)("has no link but the server's own with %j in it", (stranger) => {
    const message = make(stranger);
    const text = toText(message, origin);
    const html = toHtml(message, origin);
    const shown = html
      .replace(/<style>[^]*?<\/style>|<[^>]+>/g, " ")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
    // A network address and an address to write to are told as they are where they are what they should be.
    const exact = [own, "http://tasks.example.com", "mailto:a@evil.com"];
    const links = [text, shown, toSubject(message)].flatMap((part) =>
      linksIn(part.replace(/\b192\.0\.2\.7\b(?!\/)/g, "")),
    );
    for (const link of links) expect(exact).toContain(link);
    for (const [, target] of html.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(target).toBe(own.replaceAll("&", "&amp;"));
    if (name !== "addressChanged") expect(links).not.toContain("mailto:a@evil.com");
    expect(toSubject(message)).toMatch(/^[^\n\r]{5,60}$/);
  });
});
