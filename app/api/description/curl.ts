/** Commands for a POSIX shell that call the API with curl. */

/** Quotes any text as one word of a shell (POSIX.1-2024, Shell Command Language, 2.2.2). */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The shell variables that the guide sets. Within a quoted body they get double quotes of their own. */
const variables = /\$(?:REFRESH_TOKEN|TOKEN)\b/g;

const quoteWithVariables = (text: string): string => shellQuote(text).replace(variables, `'"$&"'`);

/** JSON with one line per field if there are several fields, so that narrow screens need no scrolling. */
const bodyText = (body: Record<string, unknown>): string =>
  Object.keys(body).length > 1 ? JSON.stringify(body, null, 2).replaceAll("\n", "\n  ") : JSON.stringify(body);

export type CurlCall = {
  method: string;
  url: string;
  needsToken?: boolean;
  headers?: Record<string, string>;
  /** The values `$TOKEN` and `$REFRESH_TOKEN` become shell variables. */
  body?: Record<string, unknown>;
  mediaType?: string;
  options?: string;
};

/**
 * A command that sends one request.
 *
 * @param call.options - further options of curl, such as `-s`
 */
export function curl({ method, url, needsToken, headers = {}, body, mediaType, options }: CurlCall): string {
  const formOption = formOptions[mediaType ?? ""];
  // curl sends a POST if there is a body, and a GET if not.
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

/** The options that send one field each. They set the media type themselves. */
const formOptions: Partial<Record<string, string>> = {
  "application/x-www-form-urlencoded": "--data-urlencode",
  "multipart/form-data": "--form-string",
};

const dataOptions = (body: Record<string, unknown>, formOption?: string): string[] =>
  formOption
    ? Object.entries(body).map(([name, value]) => `${formOption} ${quoteWithVariables(`${name}=${String(value)}`)}`)
    : [`-d ${quoteWithVariables(bodyText(body))}`];
