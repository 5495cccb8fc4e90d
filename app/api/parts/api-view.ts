/** The data of the API reference; made in `app/api/description/reference.server.ts`. */

/** A parameter of a call, or a field of its body. Text in backticks is code. */
export type ApiField = {
  name: string;
  /** Where a parameter is sent; undefined for a field of the body. */
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
  /** An example of the body; empty for a problem document, and for an answer without a body. */
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
  /** Shell commands, one for each media type of the body. */
  commands: { label: string; text: string }[];
};

export type ApiSection = { id: string; title: string; description: string; calls: ApiCall[] };

export type ApiReference = { version: string; description: string; sections: ApiSection[] };

/** The shell commands of the guide. */
export type GuideCommands = Record<
  "signUp" | "signIn" | "add" | "list" | "refresh" | "refused" | "page" | "walk" | "retry" | "change",
  string
>;
