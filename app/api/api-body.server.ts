import type { z } from "zod";
import { mediaType, readFormFields } from "~/web/body/form-body.server";
import { HttpError } from "~/web/http-error";
import { parseWith } from "~/web/body/parse";

async function readText(request: Request): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer());
  } catch {
    throw new HttpError(400, "The body is not valid UTF-8");
  }
}

/**
 * Reads a JSON body by a schema. Its size was checked before (`express-app.server.ts`).
 *
 * @param options - `optional`: an empty body counts as `{}`
 * @throws {HttpError} 415 for another media type, 400 for malformed JSON
 * @throws {Invalid} if it breaks the schema
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  options: { optional?: boolean } = {},
): Promise<z.output<Schema>> {
  const type = mediaType(request);
  const text = await readText(request);
  if (text === "" && options.optional) return parseWith(schema, {});
  if (type !== "application/json" && (type !== "" || text !== ""))
    throw new HttpError(415, "Send the body as application/json", { Accept: "application/json" });
  return parseWith(schema, parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, text === "" ? "The body is empty; send a JSON object" : "The body is not valid JSON");
  }
}

/**
 * Reads the body of a form by a schema. If a field is sent twice, the last value counts.
 *
 * @throws {HttpError} 415 for another media type, 400 for a body that does not match its media type
 * @throws {Invalid} if it breaks the schema
 */
export async function readForm<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  return parseWith(schema, Object.fromEntries(await formEntries(request)));
}

async function formEntries(request: Request): Promise<[string, string][]> {
  // A body that is not UTF-8 is refused here. Pages are more lenient.
  if (mediaType(request) === "application/x-www-form-urlencoded") await readText(request.clone());
  const fields = await readFormFields(request, "left out");
  if (!fields)
    throw new HttpError(415, "Send the body as a form", {
      Accept: "application/x-www-form-urlencoded, multipart/form-data",
    });
  return fields;
}
