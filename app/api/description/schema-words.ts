/** Describes JSON Schemas in words and by examples, for the reference of the API. */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
};

const isNull = ({ type }: Schema) => type === "null";

/** Splits a schema into its type without null, and whether null is allowed. */
function withoutNull(schema: Schema): { plain: Schema; nullable: boolean } {
  const { anyOf, type, ...rest } = schema;
  if (anyOf) {
    const other = anyOf.find((one) => !isNull(one)) ?? {};
    return { plain: { ...other, ...rest }, nullable: anyOf.some(isNull) };
  }
  if (!Array.isArray(type)) return { plain: schema, nullable: false };
  return { plain: { ...rest, type: type.find((one) => one !== "null") }, nullable: type.includes("null") };
}

const formats: Record<string, string> = { date: "YYYY-MM-DD", "date-time": "RFC 3339", uuid: "UUID" };

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The type of a value, such as "string (YYYY-MM-DD) or null". */
export function typeInWords(schema: Schema): string {
  const { plain, nullable } = withoutNull(schema);
  const choices = plain.enum ?? ("const" in plain ? [plain.const] : undefined);
  const base = choices ? choices.map(asText).join(" | ") : plainType(plain);
  return nullable ? `${base} or null` : base;
}

function plainType({ type, format, items }: Schema): string {
  if (type === "array") return `array of ${typeInWords(items ?? {})}`;
  const named = typeof type === "string" ? type : "any";
  return format ? `${named} (${formats[format] ?? format})` : named;
}

const counted = new Intl.NumberFormat("en-GB");

function between(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `${counted.format(least)} to ${counted.format(most)}`;
  if (most !== undefined) return `at most ${counted.format(most)}`;
  return least === undefined ? "" : `${counted.format(least)} or more`;
}

/** The bounds of a value, such as "1 to 200 characters, default 50"; empty if there are none. */
export function limitsInWords(schema: Schema): string {
  const { plain } = withoutNull(schema);
  const length = between(plain.minLength, plain.maxLength);
  // JavaScript's integer limits are not limits of this API.
  const real = (bound?: number) => (Math.abs(bound ?? Infinity) < Number.MAX_SAFE_INTEGER ? bound : undefined);
  return [
    length && `${length} characters`,
    between(real(plain.minimum), real(plain.maximum)),
    "default" in plain ? `default ${asText(plain.default)}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** Whether the type lists all possible values. */
export const isChoice = ({ type, enum: choices }: Schema): boolean => type === "boolean" || choices !== undefined;

/** Whether the schema contains an example. */
export const hasExample = (schema: Schema): boolean =>
  schema.examples !== undefined || (schema.anyOf?.some(hasExample) ?? false);

/** A valid value for a schema, made from the examples of its parts. */
export function exampleOf(schema: Schema): unknown {
  const [example] = schema.examples ?? schema.enum ?? ("const" in schema ? [schema.const] : []);
  if (example !== undefined) return example;
  if (schema.anyOf) return exampleOf(schema.anyOf.find(hasExample) ?? schema.anyOf[0] ?? {});
  if (schema.properties)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, exampleOf(part)]));
  if (schema.items) return [exampleOf(schema.items)];
  const plain: Record<string, unknown> = { boolean: true, integer: schema.minimum ?? 1, object: {}, string: "…" };
  return plain[String(schema.type)] ?? null;
}

/** A valid body for a request: required fields, and fields that have an example. */
export function bodyExampleOf(schema: Schema): Record<string, unknown> {
  if (schema.examples) return exampleOf(schema) as Record<string, unknown>;
  const sent = Object.entries(schema.properties ?? {}).filter(
    ([name, part]) => schema.required?.includes(name) || hasExample(part),
  );
  return Object.fromEntries(sent.map(([name, part]) => [name, exampleOf(part)]));
}
