import fc, { type Arbitrary } from "fast-check";

/** Generates requests from schemas: values that fit, and all kinds of values that do not. */

export type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
};

export type Operation = {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Schema }> };
};

/** Values by field name, for values that a generator cannot guess. */
type Known = Record<string, string[]>;

/** Characters of every kind: ASCII, two to four bytes, joined, right to left, invisible. */
const odd = [
  "a",
  "Z",
  " ",
  "é",
  "ß",
  "İ",
  "中",
  "😀",
  "👩‍👩‍👧",
  "ا",
  "\u200b",
  "\u202e",
  "\ufeff",
  "e\u0301",
  "'",
  '"',
  "<",
  "&",
  "%",
  "\\",
];

const text = (from: number, to: number): Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "grapheme", minLength: from, maxLength: Math.min(to, from + 20) }),
    fc.tuple(fc.constantFrom(...odd), fc.constantFrom(from, to)).map(([unit, length]) => unit.repeat(length)),
    fc
      .array(fc.constantFrom(...odd), { minLength: from, maxLength: Math.min(to, from + 20) })
      .map((units) => units.join("")),
  );

/** Values that fit a schema, as far as it describes them. */
function fitting(schema: Schema, known: string[] = []): Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => fitting(each, known)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case "null":
      return fc.constant(null);
    case "string": {
      if (schema.format === "date")
        return fc
          .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
          .map((day) => day.toISOString().slice(0, 10));
      const any = text(schema.minLength ?? 0, schema.maxLength ?? 300);
      return known.length ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, any) : any;
    }
    default:
      return fc.jsonValue();
  }
}

/** JSON text that fits few or no schemas. `JSON.stringify` could not write much of it. */
const oddJson: Arbitrary<string> = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary", maxLength: 50 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e999", "-1e999", "1e-999", "9007199254740993", "2147483648"],
    ...[
      '""',
      '" "',
      '"\\u0000"',
      '"a\\u0000b"',
      '"\\ud800"',
      '"\\udfff\\ud800"',
      '"\\uFEFF"',
      '"\\r\\n"',
      '"0"',
      '"true"',
    ],
    ...[
      "[]",
      "{}",
      "[null]",
      '["a"]',
      '{"a":1}',
      '{"__proto__":{"a":1}}',
      '{"constructor":{"prototype":{}}}',
      "[[[[[]]]]]",
    ],
    ...['"0000-00-00"', '"2026-02-30"', '"2026-1-1"', '"+002026-01-01"', '"2026-01-01T00:00:00Z"', '"9999-12-31"'],
  ),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth)),
  fc
    .tuple(fc.constantFrom(...odd, "\u0001"), fc.constantFrom(201, 257, 10_001, 24_000))
    .map(([unit, length]) => JSON.stringify(unit.repeat(length).slice(0, length))),
);

/** Text that is not JSON, or not an object. */
const noObject: Arbitrary<string> = fc.oneof(
  oddJson,
  fc.string({ unit: "binary", maxLength: 50 }).map((value) => value.toWellFormed()),
  fc.constantFrom(
    "",
    " ",
    "{",
    "{}}",
    "{,}",
    '{"a"}',
    "{'a':1}",
    '{"a":NaN}',
    '"\ud83d\ude00',
    "\ufeff{}",
    "{}\u0000",
    "nul",
  ),
  // Around the limit of 100,000 bytes.
  fc.constantFrom(99_998, 99_999, 100_000).map((length) => `{}${" ".repeat(length - 1)}`),
);

/** Objects as text: any fields with any values, including duplicate fields. */
const oddObject = (names: string[]): Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: names.length ? 5 : 0, arbitrary: fc.constantFrom(...names, "x") },
          {
            weight: 1,
            arbitrary: fc.constantFrom("__proto__", "constructor", "id", "user_id", "toString", "", "a/b~c", "\ud800"),
          },
          { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 10 }) },
        ),
        oddJson,
      ),
      { maxLength: 5 },
    )
    .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`);

/** A complete object with one field replaced, omitted or sent twice. */
const spoiled = (whole: Arbitrary<Record<string, unknown>>, names: string[]): Arbitrary<string> =>
  fc
    .tuple(whole, fc.constantFrom(...names), oddJson, fc.constantFrom("replaced", "left out", "twice", "twice"))
    .map(([object, name, value, how]) => {
      const fields = Object.entries(object).map(([key, each]) => [key, JSON.stringify(each)] as const);
      const others = how === "twice" ? fields : fields.filter(([key]) => key !== name);
      const all = how === "left out" ? others : [...others, [name, value] as const];
      return `{${all.map(([key, each]) => `${JSON.stringify(key)}:${each}`).join(",")}}`;
    });

/** Bodies of a media type: about half fit, the others are broken. */
export function bodyTexts(
  type: string,
  { $ref, ...inline }: Schema,
  schemas: Record<string, Schema>,
  known: Known,
): Arbitrary<{ type: string; text: string }> {
  const schema = $ref ? (schemas[$ref.split("/").at(-1) ?? ""] ?? {}) : inline;
  const properties = Object.entries(schema.properties ?? {});
  const names = properties.map(([name]) => name);
  const whole = fc.record(Object.fromEntries(properties.map(([name, each]) => [name, fitting(each, known[name])])), {
    requiredKeys: [...(schema.required ?? [])],
  }) as Arbitrary<Record<string, unknown>>;

  if (type === "application/x-www-form-urlencoded") {
    const pairs = fc.array(fc.tuple(fc.constantFrom(...names, "grant_type", "__proto__", ""), queryText), {
      maxLength: 6,
    });
    return fc
      .oneof(
        whole.map((fields) => new URLSearchParams(fields as Record<string, string>).toString()),
        pairs.map((fields) => new URLSearchParams(fields).toString()),
        fc.constantFrom("", "&", "=", "&&=&", "username", "username=%", "username=%ff&password=%00", "%5B%5D=1"),
      )
      .map((text) => ({ type, text }));
  }
  if (type === "multipart/form-data") {
    const parts = whole.map((fields) =>
      Object.entries(fields).map(
        ([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
      ),
    );
    return fc
      .tuple(parts, fc.constantFrom("--limit--\r\n", "--limit--\r\n", "--limit", "", "--limit\r\n\r\n\r\n--limit--"))
      .map(([all, end]) => ({ type: "multipart/form-data; boundary=limit", text: all.join("") + end }));
  }
  const texts = fc.oneof(
    { weight: 4, arbitrary: whole.map((fields) => JSON.stringify(fields)) },
    { weight: names.length ? 4 : 0, arbitrary: spoiled(whole, names.length ? names : ["x"]) },
    { weight: 2, arbitrary: oddObject(names) },
    { weight: 1, arbitrary: noObject },
  );
  return fc.record({
    type: fc.oneof(
      { weight: 12, arbitrary: fc.constant(type) },
      fc.constantFrom(
        "application/json; charset=utf-16",
        "APPLICATION/JSON",
        "text/plain",
        "multipart/form-data",
        ";",
        "",
      ),
    ),
    text: texts,
  });
}

/** Text for a URL or a form, encoded once. */
const queryText: Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }).map((value) => value.toWellFormed()),
  fc.constantFrom(
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1e3",
    "1e999",
    "0x10",
    "٣",
    "99999999999999999999",
    "null",
    "[]",
    "\u0000",
    "\ufffd",
  ),
  fc
    .tuple(fc.constantFrom("a", "1", "%", "é"), fc.constantFrom(201, 1_500))
    .map(([unit, length]) => unit.repeat(length)),
);

/** Queries of an operation: mostly its own parameters, valid or not, some of them twice. */
export function queries(parameters: Record<string, Schema>): Arbitrary<string> {
  const own = Object.entries(parameters).map(([name, schema]) =>
    fc.tuple(fc.constant(name), fc.oneof({ weight: 3, arbitrary: fitting(schema).map(String) }, queryText)),
  );
  const foreign = fc.tuple(fc.constantFrom("x", "", "limit[]", "__proto__", "access_token", "_method"), queryText);
  const pairs = fc.array(fc.oneof(...own.map((arbitrary) => ({ weight: 3, arbitrary })), foreign), {
    maxLength: own.length ? 4 : 1,
  });
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    {
      weight: own.length ? 8 : 1,
      arbitrary: pairs.map((all) =>
        `?${new URLSearchParams(all.map(([name, value]) => [name, value.toWellFormed()])).toString()}`
          .slice(0, 6_000)
          .replace(/%.?$/, ""),
      ),
    },
    fc.constantFrom("?", "??", "?&", "?=", "?%", "?limit", "?limit=%ff", "?q=%00", "?q=+", "?q=%ED%A0%80"),
  );
}

/** The number in a path: one that probably exists, or something else; encoded. */
export const pathIds: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }).map(String) },
  fc.constantFrom("0", "-1", "01", "1.0", "1e0", "2147483647", "2147483648", "9007199254740993", "9".repeat(400)),
  fc.constantFrom("%00", "%D9%A1", "1%00", "%201", "1%2F2", "%25", "null", "undefined", "__proto__", "*"),
  fc
    .string({ unit: "binary", minLength: 1, maxLength: 20 })
    .map((value) => encodeURIComponent(value.toWellFormed()))
    // A client resolves these steps in a URL before the request is sent.
    .filter((value) => !/^\.{1,2}$|\.data$/i.test(value)),
);

/** Header values that Node can send: bytes without control characters. */
export const headerValues: Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
      { maxLength: 40 },
    )
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    "",
    "*",
    '"',
    '""',
    "W/",
    '"1-0"',
    'W/"1-0"',
    '"1-zzzzzzzzz"',
    '"999999999-zzzzzzzzz"',
    '"1-0",,"2-0"',
    "\t",
    "a, b",
  ),
  fc.constantFrom(
    "Bearer",
    "Bearer ",
    "Bearer a.b.c",
    "bearer  x",
    "Basic YTpi",
    "Bearer holdfast_pat_",
    "Bearer =",
    "null",
  ),
  fc.constantFrom("gzip", "application/json", "text/html", "application/json;q=0", "utf-8", "a=b; a=b", "bytes=0-0"),
  fc.constantFrom('"1-0",'.repeat(300) + '"1-0"', "a".repeat(255), "a".repeat(256), "k".repeat(4_000)),
);
