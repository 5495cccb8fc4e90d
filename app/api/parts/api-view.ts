/** What the reference of the API is drawn from; made in `app/api/description/reference.server.ts`. */

/** A parameter of a call, or a field of its body. Text in backticks is code. */
export type ApiField = {
  name: string;
  /** Where a parameter goes; a body's field has none. */
  place?: string;
  type: string;
  required: boolean;
  /** The bounds in words, empty if there are none. */
  limits: string;
  description: string;
  example: string;
};

export type ApiBody = { mediaType: string; required: boolean; fields: ApiField[] };

export type ApiAnswer = {
  status: string;
  description: string;
  headers: { name: string; description: string }[];
  /** A body as it may come; empty for a problem document, and for an answer without a body. */
  example: string;
};

export type ApiCall = {
  /** Its anchor on the page. */
  id: string;
  method: string;
  path: string;
  title: string;
  description: string;
  needsToken: boolean;
  parameters: ApiField[];
  bodies: ApiBody[];
  answers: ApiAnswer[];
  /** For a shell, one for each media type of the body. */
  commands: { label: string; text: string }[];
};

export type ApiSection = { id: string; title: string; description: string; calls: ApiCall[] };

export type ApiReference = { version: string; description: string; sections: ApiSection[] };

/** The commands of the guide, for a shell. */
export type GuideCommands = Record<
  "signUp" | "signIn" | "add" | "list" | "refresh" | "refused" | "page" | "walk" | "retry" | "change",
  string
>;
