import { z } from "zod";

/** The groups in which the docs show the settings, in this order. */
export const groups = {
  address: { title: "Where it listens, and by which address browsers know it" },
  data: { title: "Data" },
  secrets: {
    title: "Secrets",
    note:
      "What is not set is made at first start and kept in `DATA_DIR`. With PostgreSQL `SESSION_SECRET` must be set, and " +
      "`JWT_SECRET_KEY` or `JWT_PRIVATE_KEY`, so that every process has the same ones.",
  },
  tokens: { title: "Tokens of `/api`" },
  others: { title: "Other sites, other clients, and proxies" },
  mail: { title: "Mail" },
  accounts: { title: "Accounts" },
  protection: { title: "Protection" },
  process: { title: "The process" },
} satisfies Record<string, { title: string; note?: string }>;

/** The documentation of a setting. Texts longer than a word are Markdown. */
type Words = Readonly<{
  group: keyof typeof groups;
  /** The purpose, as a part of a sentence. */
  description: string;
  /** What applies without the setting, where that cannot be written as a value. */
  byDefault?: string;
  /** A possible value, where the kind does not list the values. */
  example?: string;
  /** The command that creates a value. Secrets have no example, because it would be copied. */
  madeBy?: string;
  /** The document with the details, relative to the folder of package.json. */
  more?: string;
  /** Whether README.md lists it among the few settings that everybody needs. */
  inReadme?: boolean;
  /** Whether Node or one of its libraries reads it too. They treat an empty variable as a value. */
  readByNode?: boolean;
}>;

/** Everything that the docs say about a setting. */
type Docs = Words &
  Readonly<{
    /** The default as written in the environment. */
    default?: string;
    /** The possible values, where the kind lists them. */
    values: string | undefined;
  }>;

/** A setting of any type: the schema that reads its variable, and its documentation. */
export type Setting = z.ZodType & Readonly<{ docs: Docs }>;

type Kind = z.ZodType<unknown, string>;

/** Treats an empty variable as not set: compose files and unit files often contain `NAME=`. */
const blankToUndefined = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);

/** A setting that may be missing. Its value is then undefined. */
export const optional = <Schema extends Kind>({ schema, ...words }: Words & { schema: Schema }) =>
  Object.assign(z.preprocess(blankToUndefined, schema.optional()), {
    docs: { ...words, values: schema.description },
  });

/** A setting that always has a value. */
export const withDefault = <Schema extends Kind>({ schema, ...words }: Words & { schema: Schema; default: string }) =>
  Object.assign(
    z.preprocess((given) => blankToUndefined(given) ?? words.default, schema),
    { docs: { ...words, values: schema.description } },
  );
