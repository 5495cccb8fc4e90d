import { describe, expect, it } from "vitest";
import { canonical, codePoints, foldText, isVisible, storedText, visibleText } from "~/core/text";

it.each([
  ["", 0],
  ["abc", 3],
  ["äöü", 3],
  ["🧺", 1],
  ["e\u0301", 2],
  ["👩‍👩‍👧", 5],
  ["\ud800", 1],
])("%j has %d code points", (text, count) => expect(codePoints(text)).toBe(count));

it("says what is wrong, with the field's name and its limit", () => {
  const schema = storedText("Title", 1_000);
  const messages = (value: unknown) => schema.safeParse(value).error?.issues.map(({ message }) => message);
  expect(messages(undefined)).toEqual(["Title is required"]);
  expect(messages(5)).toEqual(["Title must be text"]);
  expect(messages("a\u0000")).toEqual(["Title contains characters that cannot be stored"]);
  expect(messages("x".repeat(1_001))).toEqual(["Title must be at most 1,000 characters"]);
  expect(messages("x")).toBeUndefined();
});

it("stores one form of all that look the same, and counts that", () => {
  const schema = storedText("Title", 4);
  expect(schema.parse(" cafe\u0301\r\n")).toBe("caf\u00e9");
  expect(schema.safeParse("cafe\u0301s").success).toBe(false);
  // The old sign for "Shin with Shin dot" is three code points in form C.
  expect(codePoints(canonical("\ufb2c"))).toBe(3);
  expect(schema.safeParse("\ufb2c\ufb2c").success).toBe(false);
});

const invisible: [string, string][] = [
  ["nothing", ""],
  ["spaces", " \t\n\u00a0\u1680\u2003\u2028\u202f\u205f\u3000\ufeff"],
  ["controls", "\u0001\u001f\u007f\u0085\u009f"],
  ["zero-width signs", "\u200b\u200c\u200d\u2060\u2063"],
  ["marks of direction", "\u200e\u200f\u202a\u202e\u2066\u2069\u061c"],
  ["a soft hyphen", "\u00ad"],
  ["a combining grapheme joiner", "\u034f"],
  ["Hangul fillers", "\u115f\u1160\u3164\uffa0"],
  ["a braille blank", "\u2800"],
  ["Khmer inherent vowels", "\u17b4\u17b5"],
  ["Mongolian separators", "\u180b\u180e\u180f"],
  ["variation selectors", "\ufe0e\ufe0f\u{e0100}"],
  ["tags", "\u{e0001}\u{e0020}\u{e007f}"],
  ["interlinear marks", "\ufff9\ufffb"],
  ["empty signs of music, Egypt and the Khitan", "\u{1d159}\u{1d173}\u{13441}\u{16fe4}"],
];

describe("a text of nothing but what cannot be seen", () => {
  it.each(invisible)("%s", (_what, text) => {
    expect(isVisible(text)).toBe(false);
    expect(isVisible(`${text}a${text}`)).toBe(true);
    const messages = visibleText("Title", 200, "Enter a title")
      .safeParse(text)
      .error?.issues.map((one) => one.message);
    expect(messages).toEqual(["Enter a title"]);
  });

  it.each(["a", ".", "-", "0", "\u0301", "\u00bf", "🧺", "👩‍👩‍👧", "❤️", "ㄱ", "क", "\u{e000}", "ـ", "\ufffd"])(
    "is not %j",
    (text) => expect(isVisible(text)).toBe(true),
  );
});

describe("texts are compared", () => {
  it.each([
    ["without case", "Buy MILK", "bUY milk"],
    ["in any form of a letter", "caf\u00e9", "CAFE\u0301"],
    ["with the German ß as ss", "Straße", "STRASSE"],
    ["with the capital ẞ as ss", "STRAẞE", "strasse"],
    ["with the Turkish dotted I", "İstanbul", "istanbul"],
    ["with the Turkish dotless i", "ISTANBUL", "ıstanbul"],
    ["with a dotted I in two signs", "I\u0307stanbul", "istanbul"],
    ["with the final sigma", "ΟΔΟΣ", "οδός".normalize("NFD").replace("\u0301", "").replace("ς", "σ")],
    ["with ligatures", "ﬁnd", "FIND"],
    ["in full width", "ＡＢＣ１", "abc1"],
    ["in half width", "ｶﾞ", "ガ"],
    ["without soft hyphens and zero-width spaces", "So\u00adft\u200b", "soft"],
    ["with signs for themselves", "2²", "22"],
    ["with Cherokee", "ᏣᎳᎩ", "ꮳꮃꭹ"],
  ])("%s", (_how, one, other) => expect(foldText(one)).toBe(foldText(other)));

  it.each([
    ["e", "é"],
    ["a", "ä"],
    ["и", "й"],
    ["か", "が"],
    ["n", "ñ"],
  ])("and %s is not %s", (one, other) => expect(foldText(one)).not.toBe(foldText(other)));

  it("the same from every form of every letter, and from what is folded already", () => {
    for (let point = 0; point < 0x110000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const sign = String.fromCodePoint(point);
      if (!/[\p{L}\p{M}\p{N}]/u.test(sign) || /[\p{Ideographic}\p{Script=Hangul}]/u.test(sign)) continue;
      const folded = foldText(sign);
      const others = [folded, sign.toUpperCase(), sign.toLowerCase(), sign.normalize("NFD"), sign.normalize("NFKC")];
      for (const other of others)
        if (foldText(other) !== folded) expect([point, foldText(other)]).toEqual([point, folded]);
    }
  }, 60_000);
});
