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

/** What people are told of a setting; in Markdown, where it is more than a word. */
type Words = Readonly<{
  group: keyof typeof groups;
  /** What it is for, as a part of a sentence. */
  description: string;
  /** What goes without it, where that cannot be written into the environment. */
  byDefault?: string;
  /** A value that it may have, where its kind does not say which there are. */
  example?: string;
  /** The command that makes a value, for secrets: an example would be copied. */
  madeBy?: string;
  /** The document that says more, from the folder of package.json. */
  more?: string;
  /** Is it one of the few that everybody needs to know? README.md has those. */
  inReadme?: boolean;
  /** Does Node or one of its libraries read it, too? They take an empty variable for a value. */
  readByNode?: boolean;
}>;

/** All that the docs say of a setting. */
type Docs = Words &
  Readonly<{
    /** The default as it would be written in the environment. */
    default?: string;
    /** Which values there are, where its kind says so. */
    values: string | undefined;
  }>;

/** A setting, of whatever type: the schema that reads its variable, and the docs that go with it. */
export type Setting = z.ZodType & Readonly<{ docs: Docs }>;

type Kind = z.ZodType<unknown, string>;

/** An empty variable counts as one that is not set: compose files and unit files often carry `NAME=`. */
const blankToUndefined = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);

/** A setting without which something else goes; its value is undefined then. */
export const optional = <Schema extends Kind>({ schema, ...words }: Words & { schema: Schema }) =>
  Object.assign(z.preprocess(blankToUndefined, schema.optional()), {
    docs: { ...words, values: schema.description },
  });

/** A setting that has a value at all times. */
export const withDefault = <Schema extends Kind>({ schema, ...words }: Words & { schema: Schema; default: string }) =>
  Object.assign(
    z.preprocess((given) => blankToUndefined(given) ?? words.default, schema),
    { docs: { ...words, values: schema.description } },
  );
