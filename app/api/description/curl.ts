/** Commands for a POSIX shell that call the API with curl. */

/** Text as one word of a shell, whatever is in it (POSIX.1-2024, Shell Command Language, 2.2.2). */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Variables that the guide sets. They are put into a quoted body in double quotes of their own. */
const variables = /\$(?:REFRESH_TOKEN|TOKEN)\b/g;

const quoteWithVariables = (text: string): string => shellQuote(text).replace(variables, `'"$&"'`);

/** JSON on lines of its own if there is more than one field, so that a phone need not scroll. */
const bodyText = (body: Record<string, unknown>): string =>
  Object.keys(body).length > 1 ? JSON.stringify(body, null, 2).replaceAll("\n", "\n  ") : JSON.stringify(body);

export type CurlCall = {
  method: string;
  url: string;
  needsToken?: boolean;
  headers?: Record<string, string>;
  /** A value of `$TOKEN` or `$REFRESH_TOKEN` in it becomes that variable of the shell. */
  body?: Record<string, unknown>;
  mediaType?: string;
  options?: string;
};

/**
 * A command that sends one request.
 *
 * @param call.options - options of curl beside those that the request asks for, such as `-s`
 */
export function curl({ method, url, needsToken, headers = {}, body, mediaType, options }: CurlCall): string {
  const formOption = formOptions[mediaType ?? ""];
  // A body makes it a POST already, and no body a GET.
  const implied = body ? "POST" : "GET";
  const start = ["curl", options, method === implied ? "" : `-X ${method}`, shellQuote(url)].filter(Boolean).join(" ");
  return [
    start,
    ...(needsToken ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${shellQuote(`${name}: ${value}`)}`),
    ...(body && !formOption ? [`-H 'Content-Type: ${mediaType ?? "application/json"}'`] : []),
    ...(body ? dataOptions(body, formOption) : []),
  ].join(" \\\n  ");
}

/** Options for one field each; they set the media type themselves. */
const formOptions: Partial<Record<string, string>> = {
  "application/x-www-form-urlencoded": "--data-urlencode",
  "multipart/form-data": "--form-string",
};

const dataOptions = (body: Record<string, unknown>, formOption?: string): string[] =>
  formOption
    ? Object.entries(body).map(([name, value]) => `${formOption} ${quoteWithVariables(`${name}=${String(value)}`)}`)
    : [`-d ${quoteWithVariables(bodyText(body))}`];
