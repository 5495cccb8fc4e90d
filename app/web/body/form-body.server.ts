import Busboy from "@fastify/busboy";
import { HttpError } from "~/web/http-error";

/**
 * Forms out of request bodies, in time that grows with their size and with nothing else. The platform's own parser has no
 * limits and takes seconds for a megabyte of small parts, in which nobody else is answered.
 */

/** More than any form here has, with a box for each row of a page. */
export const mostFields = 200;

const tooMany = () => new HttpError(400, "This form has more fields than any form here");
const unreadable = () => new HttpError(400, "This form could not be read");

/** The media type of a request's body, without parameters. */
export const mediaType = (request: Request): string =>
  (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/**
 * The fields of a form in the order they were sent, both ways in which browsers send one (URL Standard, section 5; RFC
 * 7578). No form here takes a file.
 *
 * @param files - whether a file is a fault, or a field that was not sent; nothing of it is kept either way
 * @returns null for a body of another media type
 * @throws {HttpError} 400 for a body that is not as its media type says, has a file in it, or more than 200 fields
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

/** How often a text is in a body, as far as it matters. */
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
  // The parser counts parts too, but not those that it throws away.
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
