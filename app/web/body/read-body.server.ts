import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createGunzip, createInflate } from "node:zlib";
import type { Refusal, Share } from "./body-budget";
import { inKilobytes } from "./body-limits";

/** The body of a request is refused. */
export class BodyRefused extends Error {
  override name = "BodyRefused";
  constructor(
    readonly status: 400 | 413 | 415 | 429 | 503,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/**
 * Bytes of memory that each piece of a body costs in addition to its content, so that many small pieces are counted
 * too.
 */
const costOfPiece = 256;
/** Bytes of memory that unpacking a body costs. */
const costOfUnpacking = 48_000;

/**
 * Reads a request's body, and unpacks it if it was sent compressed (gzip, deflate).
 *
 * @param limit - the most bytes, counted after unpacking
 * @param share - the request's share of the memory for bodies; the caller releases it
 * @returns null for a request without a body
 * @throws {BodyRefused} 413 above the limit, 415 for an unknown compression, 400 for a body that cannot be unpacked or
 *   is incomplete, 429 or 503 if the memory for the subscriber's bodies or for all bodies is used up; these two close
 *   the connection
 */
export async function readBody(req: IncomingMessage, limit: number, share: Share): Promise<Buffer | null> {
  if (req.headers["transfer-encoding"] === undefined && !Number(req.headers["content-length"] ?? 0)) return null;
  const tooLong = () =>
    new BodyRefused(413, `What was sent is too long: ${inKilobytes(limit)} is the most that can be sent here`);
  const packing = (req.headers["content-encoding"] || "identity").toLowerCase();
  const unpack = unpackers.get(packing);
  if (!unpack) throw new BodyRefused(415, "The encoding of this request's body is not known");
  if (packing === "identity" && Number(req.headers["content-length"] ?? 0) > limit) throw tooLong();

  const unpacker = unpack();
  const source: Readable = unpacker ? req.pipe(unpacker) : req;
  const refusal = unpacker && refuseMore(share, costOfUnpacking);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    if (refusal) throw refusal;
    await new Promise<void>((resolve, reject) => {
      const broken = () => reject(new BodyRefused(400, "The body of this request could not be read"));
      source.on("data", (piece: Buffer) => {
        length += piece.length;
        if (length > limit) return reject(tooLong());
        const refusal = refuseMore(share, piece.length + costOfPiece);
        if (refusal) return reject(refusal);
        pieces.push(piece);
      });
      source.once("end", () => (req.complete ? resolve() : broken()));
      source.once("error", broken);
      req.once("close", () => (req.complete ? undefined : broken()));
    });
  } catch (error) {
    source.removeAllListeners("data");
    if (unpacker) {
      req.unpipe(unpacker);
      unpacker.destroy();
    }
    // The rest of the body is read and discarded, because some clients read the answer only after they have sent
    // everything.
    req.resume();
    throw error;
  }
  return Buffer.concat(pieces, length);
}

const unpackers = new Map<string, () => Transform | null>([
  ["identity", () => null],
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", () => createInflate()],
]);

function refuseMore(share: Share, bytes: number): BodyRefused | null {
  const refusal = share.take(bytes);
  return refusal && refusals[refusal]();
}

const refusals: Record<Refusal, () => BodyRefused> = {
  subscriber: () =>
    new BodyRefused(429, "Too much is being sent from this network address at once. Try again in a moment.", closing),
  everybody: () =>
    new BodyRefused(503, "Too much is being sent to this server at once. Try again in a moment.", closing),
};

const closing = { "Retry-After": "10", Connection: "close" };
