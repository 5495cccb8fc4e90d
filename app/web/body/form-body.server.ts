import Busboy from "@fastify/busboy";
import { HttpError } from "~/web/http-error";

/**
 * Reads forms from request bodies, in time that depends only on their size. The platform's own parser has no limits: it
 * takes seconds for a megabyte of small parts, and nobody else is answered meanwhile.
 */

/** More fields than any form here has, even one with a checkbox for each row of a page. */
export const mostFields = 200;

const tooMany = () => new HttpError(400, "This form has more fields than any form here");
const unreadable = () => new HttpError(400, "This form could not be read");

/** The media type of a request's body, without parameters. */
export const mediaType = (request: Request): string =>
  (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/**
 * The fields of a form in the order they were sent, in either of the two encodings that browsers use (URL Standard,
 * section 5; RFC 7578). No form here takes a file.
 *
 * @param files - whether a file is refused with an error, or treated as a field that was not sent; its content is never
 *   kept
 * @returns null for a body of another media type
 * @throws {HttpError} 400 for a body that does not match its media type, contains a file, or has more than 200 fields
 */
export async function readFormFields(
  request: Request,
  files: "refused" | "left out" = "refused",
): Promise<[name: string, value: string][] | null> {
  switch (mediaType(request)) {
    case "application/x-www-form-urlencoded":
      return readPairs(await bytesOf(request));
    case "multipart/form-data":
      return readParts(request.headers.get("Content-Type") ?? "", await bytesOf(request), files);
    default:
      return null;
  }
}

const bytesOf = async (request: Request) => Buffer.from(await request.clone().arrayBuffer());

function readPairs(body: Buffer): [string, string][] {
  if (countOf("&", body) >= mostFields) throw tooMany();
  return [...new URLSearchParams(body.toString("utf8"))];
}

/** How often a text occurs in a body. Stops counting once the limit is exceeded. */
function countOf(text: string, body: Buffer): number {
  let found = 0;
  for (let at = body.indexOf(text); at >= 0 && found <= mostFields; at = body.indexOf(text, at + text.length)) found++;
  return found;
}

const limits = {
  fields: mostFields,
  parts: mostFields,
  fieldNameSize: 200,
  headerPairs: 20,
  headerSize: 4096,
};

function readParts(type: string, body: Buffer, files: "refused" | "left out"): Promise<[string, string][]> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return Promise.reject(unreadable());
  // The parser counts parts too, but leaves out those that it discards.
  if (countOf(`--${boundary}`, body) > mostFields) return Promise.reject(tooMany());
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = [];
    const fail = () => {
      reject(unreadable());
    };
    try {
      const parser = new Busboy({
        headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
        limits: { ...limits, files: files === "refused" ? 0 : mostFields, fieldSize: body.length },
      });
      parser.on("field", (name: string | undefined, value: string) => fields.push([name ?? "", value]));
      for (const limit of ["filesLimit", "fieldsLimit", "partsLimit", "error"]) parser.on(limit, fail);
      parser.on("file", (_name, stream) => {
        stream.resume();
        if (files === "refused") fail();
      });
      parser.on("finish", () => {
        resolve(fields);
      });
      parser.end(body);
    } catch {
      fail();
    }
  });
}
